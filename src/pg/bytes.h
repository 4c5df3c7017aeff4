/*
 * bytes.h
 *	  How many homes the server's values can hold.
 */
#ifndef PLACES_BYTES_H
#define PLACES_BYTES_H

/*
 * PostgreSQL keeps a value below 1 GB.  These are the bytes for each home of a
 * group in its packed form (pack.c), of what is packed with its past
 * (pack_past.c), and at least of the answer for homes, all of them kept
 * (answer.c); a header and alignment take less than the bytes left over.
 */
#ifndef MOST_BYTES
#define MOST_BYTES		0x3fffffff
#endif
#define SPARE_BYTES		1024
#define PACKED_BYTES	17
#define WEIGHED_BYTES	25
#define PAST_BYTES		35

#define MOST_PACKED		((int) ((MOST_BYTES - SPARE_BYTES) / PACKED_BYTES))
#define MOST_WEIGHED	((int) ((MOST_BYTES - SPARE_BYTES) / WEIGHED_BYTES))
#define MOST_WITH_PAST	((int) ((MOST_BYTES - SPARE_BYTES) / PAST_BYTES))
#define MOST_ANSWERED	((int) ((MOST_BYTES - SPARE_BYTES) / 97.0 * 8))	/* 12 bytes and a bit each */

#endif							/* PLACES_BYTES_H */

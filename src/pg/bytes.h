/*
 * bytes.h
 *	  How many homes the server's values can hold.
 */
#ifndef PLACES_BYTES_H
#define PLACES_BYTES_H

/*
 * PostgreSQL keeps a value below 1 GB, so a group that is packed has so many
 * rows of so many bytes at most, and an answer for homes, 12 bytes and a bit
 * for each that is kept, so many homes (answer.c); a header and alignment take
 * less than the bytes left over.
 */
#ifndef MOST_BYTES
#define MOST_BYTES		0x3fffffff
#endif
#define SPARE_BYTES		1024

#define MOST_PACKED(row_bytes)	((int) ((MOST_BYTES - SPARE_BYTES) / (row_bytes)))
#define MOST_ANSWERED			((int) ((MOST_BYTES - SPARE_BYTES) / 97.0 * 8))

#endif							/* PLACES_BYTES_H */

# shellcheck shell=bash
# common.sh - what the tools share: where PostgreSQL is, who runs the server
#
# To be sourced from the top of the checkout.

PG_CONFIG=${PG_CONFIG:-pg_config}
MAKE=${MAKE:-make}
umask 022

# Settings of the caller's own server (PGHOST, PGPORT, ...) must not leak into
# the throwaway one.
ForgetOtherServers()
{
	local name
	for name in ${!PG@}; do
		case $name in
			PG[A-Z]*) unset "$name" ;;
		esac
	done
}

Say()
{
	printf '%s\n' "$*"
}

Die()
{
	printf '%s\n' "$*" >&2
	exit 1
}

# Pg bindir, Pg sharedir, ...: what pg_config says, or nothing
Pg()
{
	"$PG_CONFIG" "--$1" 2>/dev/null || true
}

# How much can be done at a time
Processors()
{
	getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1
}

# The user who runs the server: PostgreSQL refuses to run as root, so root
# steps down.
ServerUser()
{
	local name

	if [ "$(id -u)" -ne 0 ]; then
		id -un
		return
	fi
	for name in postgres nobody; do
		if id -u "$name" >/dev/null 2>&1; then
			printf '%s\n' "$name"
			return
		fi
	done
	Die "running as root, and there is no user 'postgres' or 'nobody' to run the server"
}

# Runs a command as the server's user, in a directory that user can enter.
AsServerUser()
{
	local user

	user=$(ServerUser)
	(
		cd /
		if [ "$(id -u)" -ne 0 ]; then
			"$@"
		elif command -v setpriv >/dev/null; then
			setpriv --reuid "$(id -u "$user")" --regid "$(id -g "$user")" --clear-groups "$@"
		else
			runuser -u "$user" -- "$@"
		fi
	)
}

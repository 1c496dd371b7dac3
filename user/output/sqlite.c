// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rows in an SQLite database. The tables follow from sqlite_map.def, the views that
 * people ask are in schema.sql; nothing here knows what they are about.
 *
 * Events become rows in transactions, one per batch: an event counts as written once
 * the commit has succeeded, and after kill -9 the database opens and holds whole batches.
 */
#include "sink.h"
#include "sqlite_rows.h"
#include "sqlite_schema.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define APPLICATION_ID "1768911992" /* "iotx" */
#define SCHEMA_VERSION "7"
#define BATCH_MAX 8192     /* events in a transaction */
#define BUSY_TIMEOUT_MS 2000 /* another program may be writing to it */

struct sqlite {
	sqlite3 *db;
	struct iotx_sql_map map;
	struct iotx_sql_rows rows;
	sqlite3_stmt *insert[IOTX_SQL_TABLES_MAX];
	u64 run;     /* of the program, from 1: what is appended can be told apart */
	u64 pending; /* events in the open transaction */
};

/* --- errors ------------------------------------------------------------------------------ */

static int errno_of(sqlite3 *db, int rc)
{
	int system = db ? sqlite3_system_errno(db) : 0;

	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return -EMEDIUMTYPE;
	case SQLITE_TOOBIG:
		return -E2BIG;
	default:
		return system > 0 ? -system : -EIO;
	}
}

static int execute(struct sqlite *q, const char *sql)
{
	return errno_of(q->db, sqlite3_exec(q->db, sql, NULL, NULL, NULL));
}

/* The first number of the first row; 0 where there is none. */
static int ask(struct sqlite *q, const char *sql, sqlite3_int64 *number)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(q->db, sql, -1, &stmt, NULL);

	*number = 0;
	if (!rc) {
		rc = sqlite3_step(stmt);
		if (rc == SQLITE_ROW)
			*number = sqlite3_column_int64(stmt, 0);
	}
	sqlite3_finalize(stmt);
	return errno_of(q->db, rc);
}

/* --- the file ---------------------------------------------------------------------------- */

/*
 * Makes the file, or makes sure that it may be added to. SQLite would follow a symbolic
 * link; a program that runs as root must not be led elsewhere by one.
 */
static int claim_file(const char *path, bool append)
{
	int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (append ? 0 : O_EXCL);
	int fd;

	do
		fd = open(path, flags, 0640);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static int open_file(struct sqlite *q, const char *path)
{
	char *name = NULL;
	int rc;

	/* Only a name with a folder is a file whatever it says: ":memory:" is none. */
	if (asprintf(&name, "%s%s", *path == '/' ? "" : "./", path) < 0)
		return -ENOMEM;
	rc = sqlite3_open_v2(name, &q->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	free(name);
	if (!rc)
		rc = sqlite3_busy_timeout(q->db, BUSY_TIMEOUT_MS);
	return errno_of(q->db, rc);
}

/* --- the schema -------------------------------------------------------------------------- */

static int add_words(struct iotx_buf *sql, const char *a, const char *b, const char *c)
{
	if (iotx_buf_add(sql, a, strlen(a)) || iotx_buf_add(sql, b, strlen(b)))
		return -ENOMEM;
	return iotx_buf_add(sql, c, strlen(c));
}

static int create_sql(struct iotx_buf *sql, const struct iotx_sql_table *table)
{
	int err = add_words(sql, "CREATE TABLE ", table->name,
			    table->list ? "(id INTEGER NOT NULL, position INTEGER NOT NULL" :
					  "(id INTEGER PRIMARY KEY");

	for (u32 i = 0; i < table->column_count && !err; i++) {
		err = add_words(sql, ", \"", table->columns[i].name, "\" ");
		if (!err)
			err = add_words(sql, table->columns[i].type, "", "");
	}
	if (err)
		return err;
	return add_words(sql, table->list ? ", PRIMARY KEY (id, position)) WITHOUT ROWID" : ")",
			 ";\n", "");
}

static int insert_sql(struct iotx_buf *sql, const struct iotx_sql_table *table)
{
	int err = add_words(sql, "INSERT INTO ", table->name, " VALUES (?");

	for (u32 i = 0; i < table->column_count + table->list && !err; i++)
		err = iotx_buf_add(sql, ", ?", 3);
	return err ? err : iotx_buf_add(sql, ")", 2); /* with its NUL */
}

static int create_schema(struct sqlite *q)
{
	struct iotx_buf sql = {};
	int err = 0;

	for (u32 i = 0; i < q->map.table_count && !err; i++)
		err = create_sql(&sql, &q->map.tables[i]);
	if (!err)
		err = iotx_buf_add(&sql, "", 1);
	if (!err)
		err = execute(q, (const char *)sql.data);
	iotx_buf_free(&sql);
	if (!err)
		err = execute(q, iotx_sqlite_schema);
	if (!err)
		err = execute(q, "PRAGMA application_id = " APPLICATION_ID ";"
				 "PRAGMA user_version = " SCHEMA_VERSION);
	return err;
}

/* A database that is empty gets the schema; one that is not must have it already. */
static int settle_schema(struct sqlite *q)
{
	sqlite3_int64 tables, ours;
	int err = ask(q, "SELECT count(*) FROM sqlite_schema", &tables);

	if (!err && !tables)
		return create_schema(q);
	if (!err)
		err = ask(q, "SELECT application_id = " APPLICATION_ID
			     " AND user_version = " SCHEMA_VERSION
			     " FROM pragma_application_id, pragma_user_version", &ours);
	return err ? err : ours ? 0 : -EMEDIUMTYPE;
}

static int add_run(struct sqlite *q, const char *source)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(q->db, "INSERT INTO run (source) VALUES (?)", -1, &stmt, NULL);

	if (!rc)
		rc = sqlite3_bind_text(stmt, 1, source, -1, SQLITE_STATIC);
	if (!rc)
		rc = sqlite3_step(stmt);
	q->run = (u64)sqlite3_last_insert_rowid(q->db);
	sqlite3_finalize(stmt);
	return errno_of(q->db, rc);
}

static int prepare(struct sqlite *q)
{
	struct iotx_buf sql = {};
	int err = 0;

	for (u32 i = 0; i < q->map.table_count && !err; i++) {
		sql.len = 0;
		err = insert_sql(&sql, &q->map.tables[i]);
		if (!err)
			err = errno_of(q->db, sqlite3_prepare_v3(q->db, (const char *)sql.data, -1,
								 SQLITE_PREPARE_PERSISTENT,
								 &q->insert[i], NULL));
	}
	iotx_buf_free(&sql);
	return err;
}

/*
 * NORMAL: a batch survives the end of the program, not the loss of power; the database is
 * whole after either.
 */
static int set_up(struct sqlite *q, const char *source)
{
	int err = execute(q, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
			     "PRAGMA wal_autocheckpoint = 8192; PRAGMA cache_size = -32768;"
			     "BEGIN IMMEDIATE");

	if (!err)
		err = settle_schema(q);
	if (!err)
		err = add_run(q, source ? source : "");
	if (!err)
		err = execute(q, "COMMIT");
	return err ? err : prepare(q);
}

/* --- rows ----------------------------------------------------------------------------------- */

static int bind(struct sqlite *q, sqlite3_stmt *stmt, int at, const struct iotx_sql_cell *cell)
{
	const void *text = (const char *)q->rows.text.data + cell->value;

	switch (cell->kind) {
	case IOTX_SQL_INTEGER:
		return sqlite3_bind_int64(stmt, at, (sqlite3_int64)cell->value);
	case IOTX_SQL_TEXT:
		return sqlite3_bind_text(stmt, at, cell->len ? text : "", (int)cell->len,
					 SQLITE_STATIC);
	case IOTX_SQL_BLOB:
		return sqlite3_bind_blob(stmt, at, cell->len ? text : "", (int)cell->len,
					 SQLITE_STATIC);
	case IOTX_SQL_NULL:
		break;
	}
	return sqlite3_bind_null(stmt, at);
}

/* id 0: the database chooses one. */
static int insert_row(struct sqlite *q, const struct iotx_sql_row *row, sqlite3_int64 id)
{
	const struct iotx_sql_table *table = &q->map.tables[row->table];
	const struct iotx_sql_cell *cells = iotx_sql_rows_cells(&q->rows, row);
	sqlite3_stmt *stmt = q->insert[row->table];
	int rc = id ? sqlite3_bind_int64(stmt, 1, id) : sqlite3_bind_null(stmt, 1);
	int at = 2;

	if (!rc && table->list)
		rc = sqlite3_bind_int64(stmt, at++, row->position);
	for (u32 i = 0; i < table->column_count && !rc; i++)
		rc = bind(q, stmt, at++, &cells[i]);
	if (!rc)
		sqlite3_step(stmt);
	/* Says what the step has met, too. */
	return sqlite3_reset(stmt) ?: rc;
}

/* The first table's row comes first, and gives the others its id. */
static int insert_rows(struct sqlite *q)
{
	sqlite3_int64 id = 0;
	int rc = 0;

	for (u32 i = 0; i < iotx_sql_rows_count(&q->rows) && !rc; i++) {
		const struct iotx_sql_row *row = iotx_sql_rows_at(&q->rows, i);

		if (!row->present)
			continue;
		rc = insert_row(q, row, id);
		if (!id)
			id = sqlite3_last_insert_rowid(q->db);
	}
	return errno_of(q->db, rc);
}

static void collect(struct sqlite *q, const struct iotx_event *ev)
{
	struct iotx_visitor *v = &q->rows.visitor;

	iotx_sql_rows_start(&q->rows);
	v_u64(v, "run", q->run);
	v_u64(v, "time_ns", ev->ts_ns);
	iotx_event_visit(ev, v);
}

/* --- the sink --------------------------------------------------------------------------------- */

/* All or nothing: what an error has hit may be half there. */
static int give_up(struct sqlite *q, struct iotx_sink *s, int err)
{
	s->dropped += q->pending;
	q->pending = 0;
	if (!sqlite3_get_autocommit(q->db))
		execute(q, "ROLLBACK");
	return err;
}

static int sqlite_flush(struct iotx_sink *s)
{
	struct sqlite *q = s->state;
	int err;

	if (!q->pending)
		return 0;
	err = execute(q, "COMMIT");
	if (err)
		return give_up(q, s, err);
	s->written += q->pending;
	q->pending = 0;
	return 0;
}

static int sqlite_event(struct iotx_sink *s, const struct iotx_event *ev)
{
	struct sqlite *q = s->state;
	int err = 0;

	collect(q, ev);
	if (!q->pending++)
		err = execute(q, "BEGIN IMMEDIATE");
	if (!err)
		err = q->rows.err ? q->rows.err : insert_rows(q);
	if (err)
		return give_up(q, s, err);
	return q->pending < BATCH_MAX ? 0 : sqlite_flush(s);
}

static void sqlite_free(struct sqlite *q)
{
	for (u32 i = 0; i < q->map.table_count; i++)
		sqlite3_finalize(q->insert[i]);
	sqlite3_close(q->db);
	iotx_sql_rows_free(&q->rows);
	iotx_sql_map_free(&q->map);
	free(q);
}

static int sqlite_open(struct iotx_sink *s, const char *arg, const struct iotx_sink_options *opt)
{
	struct sqlite *q;
	int err;

	if (!arg || !*arg)
		return -EINVAL;
	q = calloc(1, sizeof(*q));
	if (!q)
		return -ENOMEM;
	iotx_sql_rows_init(&q->rows, &q->map);
	q->rows.visitor.show_secrets = opt->show_secrets;
	err = iotx_sql_map_init(&q->map);
	if (!err)
		err = claim_file(arg, opt->append);
	if (!err)
		err = open_file(q, arg);
	if (!err)
		err = set_up(q, opt->source);
	if (err) {
		sqlite_free(q);
		return err;
	}
	s->state = q;
	return 0;
}

static void sqlite_close(struct iotx_sink *s)
{
	sqlite_free(s->state);
}

const struct iotx_sink_class iotx_sqlite_sink = {
	.name = "sqlite",
	.help = "tables and views in the SQLite database :FILE",
	.flows = true,
	.open = sqlite_open,
	.event = sqlite_event,
	.flush = sqlite_flush,
	.close = sqlite_close,
};

#pragma once

#include "base/log.hpp"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace berth::cache {

/// An SQLite database that a crash leaves as it was before or after a change, and that may forget the latest changes
/// when the power goes: its write-ahead log is synced at its checkpoints only. All that fails throws
/// std::runtime_error. Blocks for as long as a disk may. Not thread-safe.
class database {
public:
    class statement;
    class query;
    class transaction;

    /// Throws also where the file is damaged, or was found to be by an earlier use.
    explicit database(const std::string& file);
    ~database();

    /// For statements without parameters and rows.
    void run(const char* text);
    statement prepare(const char* text);
    /// How many rows the last change has touched.
    int changes() const;

private:
    struct closer {
        void operator()(sqlite3* opened) const noexcept;
    };
    std::unique_ptr<sqlite3, closer> opened_;
};

/// Removes the file and what SQLite keeps beside it.
void remove_database(const std::string& file) noexcept;

/// What `make()` gives, which stands on the database in `file`. A damaged one is removed, with a line in the log, and
/// begins anew. Throws std::runtime_error where that fails as well.
template <class Make>
auto open_or_begin_anew(const std::string& file, Make make) {
    try {
        return make();
    } catch (const std::runtime_error& error) {
        log::warn("a database of the disk cache begins anew", {{"file", file}, {"because", error.what()}});
    }
    remove_database(file);
    return make();
}

/// Lifetime: the database outlives its statements.
class database::statement {
public:
    statement() = default;

private:
    friend class database;
    friend class query;
    struct finisher {
        void operator()(sqlite3_stmt* prepared) const noexcept;
    };
    std::unique_ptr<sqlite3_stmt, finisher> prepared_;
};

/// One use of a prepared statement. What is bound outlives the query.
class database::query {
public:
    explicit query(const statement& prepared) : prepared_{prepared.prepared_.get()} {}
    ~query();
    query(const query&) = delete;
    query& operator=(const query&) = delete;

    query& with(const std::string& text);
    query& with_bytes(const std::string& bytes);
    query& with(std::int64_t number);

    /// False when there are no more rows.
    bool next();
    void run() { next(); }
    std::string bytes(int column);
    std::int64_t number(int column);

private:
    sqlite3_stmt* prepared_;
    int bound_ = 0;
};

/// Changes that are done together, or not at all without a commit.
class database::transaction {
public:
    explicit transaction(database& of) : of_{of} { of_.run("BEGIN"); }
    ~transaction();
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;

    void commit();

private:
    database& of_;
    bool committed_ = false;
};

}  // namespace berth::cache

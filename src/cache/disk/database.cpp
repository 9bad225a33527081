#include "cache/disk/database.hpp"

#include <filesystem>
#include <fstream>
#include <sqlite3.h>

namespace berth::cache {

namespace {

/// Beside a database of which somebody has found damage that its opening did not find.
constexpr const char* damage_note = "-damaged";

[[noreturn]] void fail(sqlite3* opened) {
    const int code = sqlite3_errcode(opened);
    const char* file = sqlite3_db_filename(opened, "main");
    if ((code == SQLITE_CORRUPT || code == SQLITE_NOTADB) && file) std::ofstream{std::string{file} + damage_note};
    throw std::runtime_error{std::string{"SQLite: "} + sqlite3_errmsg(opened)};
}

}  // namespace

void database::closer::operator()(sqlite3* opened) const noexcept {
    sqlite3_close(opened);
}

void database::statement::finisher::operator()(sqlite3_stmt* prepared) const noexcept {
    sqlite3_finalize(prepared);
}

database::database(const std::string& file) {
    if (std::filesystem::exists(file + damage_note)) throw std::runtime_error{"it was found to be damaged"};
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &opened,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    opened_.reset(opened);
    if (code != SQLITE_OK) fail(opened);
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = NORMAL");
}

database::~database() = default;

void remove_database(const std::string& file) noexcept {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", damage_note}) std::filesystem::remove(file + suffix, ignored);
}

void database::run(const char* text) {
    if (sqlite3_exec(opened_.get(), text, nullptr, nullptr, nullptr) != SQLITE_OK) fail(opened_.get());
}

database::statement database::prepare(const char* text) {
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v3(opened_.get(), text, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK)
        fail(opened_.get());
    statement prepared;
    prepared.prepared_.reset(made);
    return prepared;
}

int database::changes() const {
    return sqlite3_changes(opened_.get());
}

database::query::~query() {
    sqlite3_reset(prepared_);
    sqlite3_clear_bindings(prepared_);
}

database::query& database::query::with(const std::string& text) {
    sqlite3_bind_text(prepared_, ++bound_, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    return *this;
}

database::query& database::query::with_bytes(const std::string& bytes) {
    sqlite3_bind_blob(prepared_, ++bound_, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
    return *this;
}

database::query& database::query::with(std::int64_t number) {
    sqlite3_bind_int64(prepared_, ++bound_, number);
    return *this;
}

bool database::query::next() {
    const int code = sqlite3_step(prepared_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) fail(sqlite3_db_handle(prepared_));
    return false;
}

std::string database::query::bytes(int column) {
    const void* data = sqlite3_column_blob(prepared_, column);
    return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(prepared_, column))};
}

std::int64_t database::query::number(int column) {
    return sqlite3_column_int64(prepared_, column);
}

database::transaction::~transaction() {
    if (!committed_) sqlite3_exec(of_.opened_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void database::transaction::commit() {
    of_.run("COMMIT");
    committed_ = true;
}

}  // namespace berth::cache

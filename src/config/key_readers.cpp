#include "config/key_readers.hpp"

namespace berth::config::key_readers {

namespace {

constexpr const char* ignored = "not supported yet, ignored";
constexpr const char* refused = "not supported yet, and ignoring it would do other than you mean; take it out";

}  // namespace

bool is_true(const value& v) {
    bool on = false;
    v.read(on);
    return on;
}

void nothing(const value&, configuration&) {}

void version(const value& v, configuration&) {
    std::string number;
    v.read(number);
    if (number != "0.1") v.refuse("only version 0.1 is known; write version: 0.1");
}

void warn_if_given(const value& v, configuration&) {
    if (!v.is_empty()) v.warn(ignored);
}

void warn_if_true(const value& v, configuration&) {
    if (is_true(v)) v.warn(ignored);
}

void refuse_if_given(const value& v, configuration&) {
    if (!v.is_empty()) v.refuse(refused);
}

void refuse_if_true(const value& v, configuration&) {
    if (is_true(v)) v.refuse(refused);
}

void refuse_driver(const value& v, configuration&) {
    v.refuse("this storage driver is not supported; use s3, filesystem or inmemory");
}

}  // namespace berth::config::key_readers

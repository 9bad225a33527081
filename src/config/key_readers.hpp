#pragma once

#include "config/configuration.hpp"
#include "config/reader.hpp"

namespace berth::config::key_readers {

// How the values are read for which the table in keys.cpp needs more than one word of `value`.

void nothing(const value&, configuration&);
void version(const value&, configuration&);

void log_level(const value&, configuration&);
void log_formatter(const value&, configuration&);
void access_log_disabled(const value&, configuration&);

void max_threads(const value&, configuration&);
void storage_class(const value&, configuration&);
void object_acl(const value&, configuration&);
void v4auth(const value&, configuration&);
void cache(const value&, configuration&);
void redirect_disable(const value&, configuration&);

void headers(const value&, configuration&);
void net(const value&, configuration&);
void prefix(const value&, configuration&);
void auth(const value&, configuration&);

/// Of keys that berth has not got: a warning where ignoring one only leaves something out, an error where
/// ignoring it would let somebody do more than the file allows, or put bytes where it does not say.
void warn_if_given(const value&, configuration&);
void warn_if_true(const value&, configuration&);
void refuse_if_given(const value&, configuration&);
void refuse_if_true(const value&, configuration&);
void refuse_driver(const value&, configuration&);

}  // namespace berth::config::key_readers

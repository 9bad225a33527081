#include "config/unknown_keys.hpp"

#include "config/keys.hpp"
#include "config/shapes.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace berth::config {

namespace {

std::string_view last_part(std::string_view path) {
    return path.substr(path.rfind('.') + 1);
}

std::string_view group_of(std::string_view path) {
    return path.substr(0, path.size() - last_part(path).size());
}

// How many letters to add, drop, exchange or swap with their neighbour to make one word of the other.
std::size_t distance(std::string_view from, std::string_view to) {
    const auto row_of = [&](std::size_t first) {
        std::vector<std::size_t> row(to.size() + 1);
        std::iota(row.begin(), row.end(), first);
        return row;
    };
    std::vector<std::size_t> before_last, last = row_of(0);
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::vector<std::size_t> row = row_of(i + 1);
        for (std::size_t j = 0; j < to.size(); ++j) {
            row[j + 1] = std::min({row[j] + 1, last[j + 1] + 1, last[j] + (from[i] == to[j] ? 0 : 1)});
            if (i > 0 && j > 0 && from[i] == to[j - 1] && from[i - 1] == to[j])
                row[j + 1] = std::min(row[j + 1], before_last[j - 1] + 1);
        }
        before_last = std::exchange(last, std::move(row));
    }
    return last.back();
}

// Which of several names somebody meant who wrote another one; empty where none is near.
class nearest_name {
public:
    explicit nearest_name(std::string_view written)
        : written_{written}, least_{1 + std::max<std::size_t>(1, written.size() / 3)} {}

    void offer(std::string_view name) {
        const std::size_t d = distance(written_, name);
        if (d >= least_) return;
        least_ = d;
        found_ = name;
    }
    std::string_view found() const { return found_; }

private:
    std::string_view written_;
    std::size_t least_;
    std::string_view found_;
};

// `meant`: what was probably meant, or empty.
std::string unknown_but(std::string_view meant) {
    return "unknown key, ignored" + (meant.empty() ? "" : "; did you mean " + std::string{meant} + "?");
}

// `path`: of the map, empty for the root. Calls `check_one(child, its path)` for each of its keys that is a name.
template <class CheckOne>
void check_children(const node& map, const std::string& path, report& report, CheckOne check_one) {
    for (const node& child : map.children) {
        // A forgotten blank makes one word of a key and its value, "secretkey:abc", and that must not be
        // shown.
        if (!is_header_name(child.key)) {
            report.warning(child.from, path,
                           "a key that is no name, ignored; write name: value, with a blank after the colon");
            continue;
        }
        const std::string child_path = path.empty() ? child.key : path + "." + child.key;
        if (map.find(child.key) != &child) report.warning(child.from, child_path, "written twice; the last one counts");
        check_one(child, child_path);
    }
}

void check_key(const node& child, const std::string& path, report& report) {
    if (find_key(path)) return;
    if (is_group(path)) {
        if (child.type == node::kind::map)
            return check_children(child, path, report, [&](const node& below, const std::string& below_path) {
                check_key(below, below_path, report);
            });
        if (child.type != node::kind::null)
            report.error(child.from, path, "a value cannot stand here; write its keys below it, indented");
        return;
    }
    const std::optional<std::string> meant = nearest_key(path);
    report.warning(child.from, path, unknown_but(meant.value_or("")));
}

}  // namespace

void check_keys(const node& root, report& report) {
    check_children(root, {}, report,
                   [&](const node& child, const std::string& path) { check_key(child, path, report); });
}

void check_element(const value& element, std::span<const key_name> names) {
    report& report = element.findings();
    check_children(element.tree(), element.path(), report, [&](const node& child, const std::string& path) {
        if (std::ranges::find(names, child.key, &key_name::path) != names.end()) return;
        nearest_name meant{child.key};
        for (const key_name& known : names) meant.offer(known.path);
        report.warning(child.from, path, unknown_but(meant.found()));
    });
}

std::optional<std::string> nearest_key(std::string_view path) {
    const std::string_view group = group_of(path);
    const std::string_view name = last_part(path);
    nearest_name meant{name};
    for (const key& known : all_keys()) {
        if (!known.path.starts_with(group)) continue;
        const std::string_view rest = known.path.substr(group.size());
        meant.offer(rest.substr(0, rest.find('.')));
    }
    if (!meant.found().empty()) return std::string{group} + std::string{meant.found()};

    const auto has_name = [&](const key& known) { return last_part(known.path) == name; };
    if (std::ranges::count_if(all_keys(), has_name) != 1) return std::nullopt;
    return std::string{std::ranges::find_if(all_keys(), has_name)->path};
}

}  // namespace berth::config

#include "config/tree.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace berth::config {

namespace {

// yaml-cpp's name for "this scalar stood in quotes".
constexpr std::string_view quoted_tag = "!";

// Aliases may repeat what repeats others, or hold themselves: a few lines can mean a tree without end.
class converter {
public:
    explicit converter(const std::string& variable) : variable_{variable} {}

    // Throws syntax_error.
    node convert(const YAML::Node& yaml, std::string key, int line) {
        if (++nodes_ > most_nodes || ++depth_ > most_depth)
            throw syntax_error{line, "more is nested or repeated here than any configuration has"};
        node out;
        out.key = std::move(key);
        out.from = {variable_.empty() ? line : 0, variable_};
        if (yaml.IsScalar()) {
            out.type = node::kind::scalar;
            out.text = yaml.Scalar();
            out.quoted = yaml.Tag() == quoted_tag;
        } else if (yaml.IsSequence()) {
            out.type = node::kind::list;
            for (const YAML::Node& item : yaml) out.children.push_back(convert(item, {}, item.Mark().line + 1));
        } else if (yaml.IsMap()) {
            out.type = node::kind::map;
            for (const auto& entry : yaml) {
                // A key that is no scalar gets an empty name, which no known key has.
                std::string name = entry.first.IsScalar() ? entry.first.Scalar() : std::string{};
                out.children.push_back(convert(entry.second, std::move(name), entry.first.Mark().line + 1));
            }
        }
        --depth_;
        return out;
    }

private:
    static constexpr int most_nodes = 100'000, most_depth = 50;

    const std::string& variable_;
    int nodes_ = 0, depth_ = 0;
};

std::string_view line_at(std::string_view text, int index) {
    for (; index > 0; --index) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    return text.substr(0, text.find('\n'));
}

// "region:eu-central-1"
bool lacks_blank_after_colon(std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of(" -"), line.size()));
    const std::size_t colon = line.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789");
    return colon != 0 && colon != line.npos && colon + 1 < line.size() && line[colon] == ':' && line[colon + 1] != ' ';
}

bool is_indented_by_tab(std::string_view line) {
    return line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos;
}

}  // namespace

const node* node::find(std::string_view name) const {
    const auto found = std::find_if(children.rbegin(), children.rend(), [&](const node& c) { return c.key == name; });
    return type == kind::map && found != children.rend() ? &*found : nullptr;
}

bool node::says(std::string_view name) const {
    const node* found = find(name);
    return found && !found->is_empty();
}

const node* node::find_path(std::string_view path) const {
    const node* at = this;
    while (at) {
        const std::size_t dot = path.find('.');
        at = at->find(path.substr(0, dot));
        if (dot == std::string_view::npos) break;
        path.remove_prefix(dot + 1);
    }
    return at;
}

bool node::is_empty() const {
    return text.empty() && std::ranges::all_of(children, [](const node& child) { return child.is_empty(); });
}

result<node, syntax_error> parse_tree(std::string_view yaml, const std::string& variable) {
    try {
        const YAML::Node root = YAML::Load(std::string{yaml});
        return converter{variable}.convert(root, {}, root.Mark().line + 1);
    } catch (const syntax_error& error) {
        return error;
    } catch (const YAML::Exception& e) {
        const int line = e.mark.is_null() ? -1 : e.mark.line;
        if (line >= 0 && is_indented_by_tab(line_at(yaml, line)))
            return syntax_error{line + 1, "a tab indents this line; YAML allows only spaces there"};
        // It is the next line with a colon that cannot be read.
        for (int at = line; at >= 0 && at + 1 >= line; --at)
            if (lacks_blank_after_colon(line_at(yaml, at)))
                return syntax_error{at + 1, "a blank is missing after a colon; write name: value"};
        if (e.msg.starts_with("end of map not found") || e.msg.starts_with("bad indentation"))
            return syntax_error{line + 1,
                                "this line is indented neither like the one above nor like the one that it belongs "
                                "below"};
        // Newer versions of yaml-cpp quote the file after a colon, and what they quote could be a secret.
        return syntax_error{line + 1, "not valid YAML: " + e.msg.substr(0, e.msg.find(':'))};
    }
}

}  // namespace berth::config

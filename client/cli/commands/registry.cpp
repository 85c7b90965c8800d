#include "client/cli/commands/registry.h"

#include <array>

namespace picket::cli {
namespace {

// sorted
constexpr std::array kCommands = {
    Command{"attach", "Read along what a command writes, from what is kept of it to its end",
            "  picket attach 0192f0c4-7a3b-7c11-9d2e-5b1f0a9c3e77", set_up_attach},
    Command{"audit", "Show who changed what and who ran what, or check that record of it",
            "  picket audit --since 7d\n"
            "  picket audit --json | jq 'select(.allowed | not)'\n"
            "  sudo picket audit verify               the hub's own files\n"
            "  picket audit verify copy/audit.jsonl*  a copy of them",
            set_up_audit},
    Command{"cancel", "Ask a command that runs to end",
            "  picket cancel 0192f0c4-7a3b-7c11-9d2e-5b1f0a9c3e77", set_up_cancel},
    Command{"commands", "List what can be run where: labels, parameters, descriptions",
            "  picket commands\n"
            "  picket commands 'web*' --json",
            set_up_commands},
    Command{"executions", "List what runs and what has ended in the last day",
            "  picket executions web1", set_up_executions},
    Command{"node", "Revoke a node's certificates, or forget a node",
            "  picket node revoke web1     refuse web1's certificates and cut its link\n"
            "  picket node forget web1     remove a node that is gone for good",
            set_up_node},
    Command{"nodes", "List nodes: state, sessions, address",
            "  picket nodes                every node\n"
            "  picket nodes 'web*' db1     those whose names match\n"
            "  picket nodes 192.0.2.7      the one at this address\n"
            "  picket nodes --json | jq -r .name",
            set_up_nodes},
    Command{
        "run", "Run a command that a node's own file allows, on one node or many",
        "  picket run web1 disk-usage\n"
        "  picket run 'web*' restart service=nginx\n"
        "  picket run @all uptime --parallel 20 --group\n"
        "  picket run @all update --canary 1 --batch 10 --stop-after 2\n"
        "  picket run web1 backup --detach\n"
        "Of one node the exit status is the command's own; 124: it timed out, 125: picket failed\n"
        "(no hub, no such node, lost), 126: refused, 127: no such label, 128+N: ended by signal "
        "N.\n"
        "Of many it is 0 if all are, else 1.",
        set_up_run},
    Command{"show", "Show nodes with their sessions and how well they can be seen",
            "  picket show web1\n"
            "  picket show @all --json | jq '.sessions[]?.user'",
            set_up_show},
    Command{"status", "Show the hub: nodes, clients, updates kept, links lately closed",
            "  picket status", set_up_status},
    Command{"token", "Make, list and revoke tokens with which nodes join",
            "  picket token create --name web1\n"
            "  picket token create --name 'web{1..50}' --valid 2h\n"
            "  picket token list\n"
            "  picket token revoke ID",
            set_up_token},
    Command{"watch", "Print events as they happen: logins, nodes gone and back",
            "  picket watch\n"
            "  picket watch 'web*' --kind 'session.*'\n"
            "  picket watch --since 30m    what happened in the last half hour, then what happens\n"
            "  picket watch --json | jq .update.event",
            set_up_watch},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

}  // namespace picket::cli

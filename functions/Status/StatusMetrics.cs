using System.Globalization;
using ContactRouting.Contacts;

namespace ContactRouting.Status;

/// <summary>
/// A status as Prometheus reads it. What adds up over queues has a part <c>queue_id="0"</c> for what belongs to no queue, and no
/// total beside it; averages are left to the reader, who has sums and counts.
/// </summary>
/// <remarks>Source: Prometheus, "Exposition formats", text format 0.0.4; "Writing exporters".</remarks>
internal sealed class StatusMetrics
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StreamWriter writer;
    private readonly IReadOnlyList<Part> parts;

    private StatusMetrics(StreamWriter writer, AccountStatus status)
    {
        this.writer = writer;
        var sums = status.Figures.ByQueue;
        var queues = status.Queues.Select(queue => new Part(
            Labels(("queue_id", Number(queue.Id)), ("queue", queue.Name)),
            queue.Waiting ?? 0,
            queue.LongestWaitSeconds,
            sums.GetValueOrDefault(queue.Id, Sums.None)
        )).ToList();
        parts =
        [
            .. queues,
            new Part(
                Labels(("queue_id", "0"), ("queue", "")),
                status.Elsewhere.Count,
                status.Elsewhere.SecondsAt(status.AsOf),
                queues.Aggregate(status.Figures.Total, (rest, queue) => rest.Without(queue.Sums))
            ),
        ];
    }

    public static void Write(AccountStatus status, Stream stream)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        new StatusMetrics(writer, status).Write(status);
    }

    private void Write(AccountStatus status)
    {
        Gauge("snapshot_timestamp_seconds", "When these figures were taken, in seconds since 1970.");
        Sample("snapshot_timestamp_seconds", "", status.AsOf.ToUnixTimeMilliseconds() / 1000.0);
        Gauge("queue_open", "1 where a queue can serve a guest now, else 0.");
        foreach (var queue in status.Queues)
            Sample(
                "queue_open",
                Labels(("queue_id", Number(queue.Id)), ("queue", queue.Name)),
                queue.Availability == Routing.Availability.Open ? 1 : 0
            );
        OfParts("contacts_waiting", "Contacts that wait.", part => part.Waiting);
        OfParts("longest_wait_seconds", "How long the one waits that waits longest; 0 where nobody does.", part => part.LongestWait);
        Gauge("queue_agents", "Agents who serve a queue, by what they could do for a guest; one who serves two is in both.");
        foreach (var queue in status.Queues) Agents("queue_agents", queue.Agents, ("queue_id", Number(queue.Id)), ("queue", queue.Name));
        Gauge("agents", "Agents of the account, by what they could do for a guest.");
        Agents("agents", status.Totals.Agents);
        Gauge("agent_contacts", "Contacts at agents, by state.");
        var contacts = status.Agents.SelectMany(agent => agent.Contacts).CountBy(contact => contact.State).ToDictionary();
        foreach (var state in new[] { ContactState.Offered, ContactState.Active, ContactState.WrapUp })
            Sample("agent_contacts", Labels(("state", Word($"{state}"))), contacts.GetValueOrDefault(state));

        // They begin anew each day by the account's clock, so they are no counters.
        Gauge("today_contacts", "Contacts that ended today, by outcome.");
        foreach (var part in parts)
        {
            Sample("today_contacts", $"{part.Labels},outcome=\"answered\"", part.Sums.Answered);
            Sample("today_contacts", $"{part.Labels},outcome=\"abandoned\"", part.Sums.Abandoned);
            Sample("today_contacts", $"{part.Labels},outcome=\"refused\"", part.Sums.Refused);
        }
        OfParts("today_answered_in_time", "Answered within the service level.", part => part.Sums.AnsweredInTime);
        OfParts("today_wait_seconds", "How long those waited who were answered, in all.", part => part.Sums.WaitedMilliseconds / 1000.0);
        OfParts("today_handled", "Answered, and their end was told.", part => part.Sums.Handled);
        OfParts("today_handle_seconds", "How long those were served, in all.", part => part.Sums.HandledMilliseconds / 1000.0);
    }

    private void OfParts(string name, string help, Func<Part, double> value)
    {
        Gauge(name, help);
        foreach (var part in parts) Sample(name, part.Labels, value(part));
    }

    private void Agents(string name, AgentCounts agents, params (string Name, string Value)[] labels)
    {
        Count("can_serve", agents.CanServe);
        Count("full", agents.Full);
        Count("busy", agents.Busy);
        Count("logged_out", agents.LoggedOut);

        void Count(string state, int count) => Sample(name, Labels([.. labels, ("state", state)]), count);
    }

    private void Gauge(string name, string help)
    {
        writer.WriteLine($"# HELP contact_routing_{name} {help}");
        writer.WriteLine($"# TYPE contact_routing_{name} gauge");
    }

    private void Sample(string name, string labels, double value) =>
        writer.WriteLine($"contact_routing_{name}{(labels.Length == 0 ? "" : $"{{{labels}}}")} {Number(value)}");

    private static string Labels(params (string Name, string Value)[] labels) =>
        string.Join(',', labels.Select(label => $"{label.Name}=\"{Escaped(label.Value)}\""));

    private static string Escaped(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Word(string state) => state == "WrapUp" ? "wrap_up" : state.ToLowerInvariant();

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A queue, or what belongs to none.</summary>
    private sealed record Part(string Labels, int Waiting, int LongestWait, Sums Sums);
}

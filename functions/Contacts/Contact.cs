using System.Text.Json;
using ContactRouting.Directory;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

internal enum ContactState
{
    /// <summary>Waits in a line.</summary>
    Queued,

    /// <summary>An agent is asked.</summary>
    Offered,

    /// <summary>An agent handles it.</summary>
    Active,

    /// <summary>Handled; its agent rests.</summary>
    WrapUp,
    Ended,

    /// <summary>The guest left before anybody answered.</summary>
    Abandoned,

    /// <summary>Nobody was there for it.</summary>
    Refused,
}

/// <summary>What happens to a contact.</summary>
internal enum ContactStep
{
    Arrived,

    /// <summary>It waits in a line now, or in another one.</summary>
    Queued,
    Offered,
    Declined,

    /// <summary>An offer that nobody answered is over.</summary>
    Expired,

    /// <summary>An offer was taken back: its agent cannot or may not take it any more.</summary>
    Revoked,
    Accepted,
    Transferred,
    Completed,

    /// <summary>It is over, and its agent is free of it.</summary>
    Ended,
    Abandoned,
    Refused,
}

/// <summary>Who ended a contact.</summary>
internal enum Party
{
    Agent,
    Guest,

    /// <summary>Nobody was there, or there was no room.</summary>
    Routing,

    /// <summary>The system that assigned it, or the end of what it may take.</summary>
    OtherSystem,
}

/// <summary>A guest who wants to talk to somebody: one row of the account's partition.</summary>
internal sealed record Contact
{
    public const int MaxIdLength = 64;

    public const int MaxExternalIdLength = 200;

    public const int MaxOperations = 10;

    /// <summary>Of attributes, as JSON in UTF-8.</summary>
    public const int MaxAttributesBytes = 4096;

    /// <summary>The highest priority; the lowest, and the default, is 0.</summary>
    public const int MaxPriority = 1000;

    public string Id { get; init; } = "";

    public ContactState State { get; init; }

    public int? ServiceId { get; init; }

    /// <summary>The level that it came by, by its stable id.</summary>
    public string? LevelId { get; init; }

    /// <summary>That level's number when the contact came to it.</summary>
    public int? Level { get; init; }

    /// <summary>Where it waits, or waited.</summary>
    public int? QueueId { get; init; }

    /// <summary>Where it waited before that, where it has gone from a queue to one agent since.</summary>
    public int? LastQueueId { get; init; }

    /// <summary>For whom it waits, or waited, where it came for one agent.</summary>
    public int? LineAgentId { get; init; }

    public string Channel { get; init; } = Channels.Standard;

    public int Priority { get; init; }

    /// <summary>When the guest arrived.</summary>
    public DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>When it would have arrived if the guest had done nothing but wait: talk time is taken off. Its age in a line.</summary>
    public DateTimeOffset WaitingSince { get; init; }

    /// <summary>When its time in the line is over; null for never.</summary>
    public DateTimeOffset? WaitUntil { get; init; }

    /// <summary>Who is asked, handles it, or rests from it.</summary>
    public int? AgentId { get; init; }

    /// <summary>The unit by which its agent was asked; null where it came for that agent.</summary>
    public ServingUnit? Unit { get; init; }

    /// <summary>When it was offered last.</summary>
    public DateTimeOffset? OfferedAt { get; init; }

    public DateTimeOffset? OfferExpiresAt { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>When it was accepted first, by whomever.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>Who accepted it last.</summary>
    public int? AnsweredBy { get; init; }

    /// <summary>When the guest was gone; its agent may rest from it still.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public Party? EndedBy { get; init; }

    /// <summary>Whether its end was written down for the figures of its day, which is done once.</summary>
    public bool IsCounted { get; init; }

    /// <summary>What whoever let it arrive said of it: a JSON object, kept as it came.</summary>
    public JsonElement? Attributes { get; init; }

    /// <summary>How long its agent rests from it, as its queue had it when it was offered.</summary>
    public int WrapUpSeconds { get; init; }

    /// <summary>Who let it pass in this line, the one asked longest ago first.</summary>
    public IReadOnlyList<int> Passed { get; init; } = [];

    /// <summary>The places that it left because of a limit or because nobody was there; it never comes back to them.</summary>
    public IReadOnlyList<LeftPlace> Left { get; init; } = [];

    public DateTimeOffset? WrapUpUntil { get; init; }

    /// <summary>When the row goes; set when it is over.</summary>
    public DateTimeOffset? RetainUntil { get; init; }

    /// <summary>Assigned by another system: it only counts.</summary>
    public bool External { get; init; }

    /// <summary>The time of the newest event of another system.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>When a contact of another system is taken for over, though nobody told.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>The last requests with a key that changed it, by their operations' ids: none of them is carried out twice.</summary>
    public IReadOnlyList<string> Operations { get; init; } = [];

    /// <summary>What happened to it last.</summary>
    public ContactStep Step { get; init; }

    /// <summary>Counts the contact's events.</summary>
    public long Sequence { get; init; }

    /// <summary>The newest decision; null for a contact that another system assigns.</summary>
    public RoutingDecision? Decision { get; init; }

    public bool IsOver => State is ContactState.Ended or ContactState.Abandoned or ContactState.Refused;

    public Line Line =>
        LineAgentId is { } agent ? Line.OfAgent(agent)
        : QueueId is { } queue ? Line.OfQueue(queue)
        : Line.Unknown;

    /// <summary>Whether an agent is asked to take it, or has it; null is anybody.</summary>
    public bool IsOf(int? agentId) => agentId is null || AgentId == agentId;

    /// <summary>The contact with one more event.</summary>
    public Contact After(ContactStep step) => this with { Step = step, Sequence = Sequence + 1 };

    /// <summary>The contact in another line; null leaves it without one.</summary>
    public Contact In(Line? line) => this with { QueueId = line?.QueueId, LineAgentId = line?.AgentId };

    /// <summary>The contact as those who decide about it see it while it waits.</summary>
    public WaitingContact Waiting =>
        new(Line, new Place(Priority, WaitingSince, KeyOf(Id)), Id, Channel, WaitingSince, Passed)
        {
            ServiceId = ServiceId,
            LevelId = LevelId,
            Left = Left,
        };

    public static string RowKey(string id) => LiveKeys.Contacts + KeyOf(id);

    /// <summary>An id in row keys; our own ids are their keys, those of other systems may hold anything.</summary>
    public static string KeyOf(string id) => TableKey.TextOrHash(id);

    /// <summary>What is wrong with an id of another system, or null.</summary>
    public static string? ExternalIdFault(string id) =>
        id.Length is 0 or > MaxExternalIdLength || id.Any(char.IsControl)
            ? $"must be 1 to {MaxExternalIdLength} characters, none of them a control character."
            : null;

    /// <summary>What is wrong with an id of ours, or null.</summary>
    public static string? IdFault(string id) =>
        id.Length is 0 or > MaxIdLength || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? $"must be 1 to {MaxIdLength} ASCII letters, digits, - or _."
            : null;
}

/// <summary>A waiting contact in its line, with what a decision has to know of it.</summary>
internal sealed record WaitingEntry
{
    public string ContactId { get; init; } = "";

    public string Channel { get; init; } = Channels.Standard;

    public DateTimeOffset WaitingSince { get; init; }

    public IReadOnlyList<int> Passed { get; init; } = [];

    public int? ServiceId { get; init; }

    public string? LevelId { get; init; }

    public IReadOnlyList<LeftPlace> Left { get; init; } = [];
}

/// <summary>A contact at its agent, for those who count and for those who look whether an offer still holds.</summary>
internal sealed record HandlingEntry
{
    public string ContactId { get; init; } = "";

    public int AgentId { get; init; }

    public ContactState State { get; init; }

    public int? QueueId { get; init; }

    public ServingUnit? Unit { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>When it was offered, accepted, or its agent began to rest from it.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>A contact in the account's history, under the time at which it arrived.</summary>
internal sealed record HistoryEntry
{
    public string ContactId { get; init; } = "";

    public DateTimeOffset ArrivedAt { get; init; }

    /// <summary>Null in rows that were written before they told it.</summary>
    public ContactState? State { get; init; }

    public int? ServiceId { get; init; }

    public string Channel { get; init; } = Channels.Standard;

    public int? QueueId { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    public int? AgentId { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}

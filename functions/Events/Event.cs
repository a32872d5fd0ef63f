using System.Text.Json;

namespace ContactRouting.Events;

/// <summary>Something that happened, committed in the transaction that made it so.</summary>
internal sealed record Event
{
    public string Id { get; init; } = "";

    /// <summary>One of <see cref="EventTypes"/>.</summary>
    public string Type { get; init; } = "";

    /// <summary>To whom or what, as <see cref="Events.Subject"/> spells it.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Rises with each event of its subject.</summary>
    public long Sequence { get; init; }

    /// <summary>By its sender's word where it gave one.</summary>
    public DateTimeOffset OccurredAt { get; init; }

    /// <summary>The subject after it; in <c>before</c> the members that were different, as they were.</summary>
    public JsonElement Data { get; init; }

    /// <summary>The trace that it happened in, as <c>traceparent</c> tells it; null where none is recorded.</summary>
    public string? Trace { get; init; }
}

/// <summary>What a commit's own row holds: the events that the commit is, in their order.</summary>
internal sealed record Happened
{
    public IReadOnlyList<Event> Events { get; init; } = [];
}

using System.Collections.Immutable;
using System.Text.Json.Serialization;
using ContactRouting.Errors;

namespace ContactRouting.Directory;

/// <summary>Where an agent is reached: on an internal extension, or on an outside number.</summary>
internal enum AgentType
{
    Local,
    Remote,
}

/// <summary>An agent's place at a queue, as one of its own.</summary>
/// <param name="QueueId">The queue.</param>
/// <param name="Enabled">Whether it serves there now.</param>
internal sealed record Assignment(int QueueId = 0, bool Enabled = true)
{
    /// <summary>The queue by its name or display name, where a document gives that instead of its id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Queue { get; init; }
}

/// <summary>A person who serves guests; LibraryH3lp calls it a user.</summary>
internal sealed record Agent : NamedRecord
{
    public const int MaxCallbacks = 20;

    /// <summary>Queues and groups together.</summary>
    private const int MaxMemberships = 40;

    private const int MaxAddressLength = 100;

    private const int MaxChannels = 20;

    private static readonly IntegerRange Units = new(1, 100);

    /// <summary>Its mail address.</summary>
    public string Email { get; init; } = "";

    /// <summary>Where it is reached.</summary>
    public AgentType Type { get; init; }

    /// <summary>A local agent's extension with its domain, or a remote agent's number.</summary>
    public string Address { get; init; } = "";

    /// <summary>A local agent's telephone number, where it is known: its address as soon as it is a remote one.</summary>
    public string PhoneNumber { get; init; } = "";

    /// <summary>The user id that the agent signs in to Stringee with.</summary>
    public string StringeeUserId { get; init; } = "";

    /// <summary>A local agent's extension in its telephone system.</summary>
    public int? ExtensionId { get; init; }

    /// <summary>How much the agent can handle at once.</summary>
    public int CapacityUnits { get; init; } = 1;

    /// <summary>What a contact of a channel takes of it; 1 where the channel is not named.</summary>
    public IReadOnlyDictionary<string, int> ChannelCosts { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>The queues that it serves as one of their own agents.</summary>
    public IReadOnlyList<Assignment> Queues { get; init; } = [];

    /// <summary>The groups that it is in, by their ids; a document may give their display names.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The agent with other places.</summary>
    /// <exception cref="DomainException">They are too many.</exception>
    public Agent Joining(IReadOnlyList<Assignment> queues, IReadOnlyList<string> groups) =>
        (this with { Queues = queues, Groups = groups }) is { HasTooManyPlaces: false } joining
            ? joining
            : throw new DomainException(
                ErrorKind.Conflict,
                $"{Name} belongs to {MaxMemberships} queues and groups already, the most there can be."
            );

    public override string RowKey => DirectoryKeys.Agent(Id);

    public override string ExternalIdPrefix => "AG_";

    private bool HasTooManyPlaces => Queues.Count + Groups.Count > MaxMemberships;

    public override IEnumerable<RecordFault> Faults() => new RecordFaults
    {
        { nameof(CapacityUnits), Units.Fault(CapacityUnits) },
        ChannelCosts.SelectMany(cost => new RecordFaults
        {
            { nameof(ChannelCosts), Channels.Fault(cost.Key) },
            { $"{nameof(ChannelCosts)}[\"{cost.Key}\"]", Units.Fault(cost.Value) },
        }),
        { nameof(ChannelCosts), ChannelCosts.Count > MaxChannels ? $"names more than {MaxChannels} channels." : null },
        { nameof(Email), Names.DisplayFault(Email) },
        { nameof(StringeeUserId), Names.DisplayFault(StringeeUserId) },
        { nameof(Address), Names.DisplayFault(Address, MaxAddressLength) },
        { nameof(PhoneNumber), Names.DisplayFault(PhoneNumber, MaxAddressLength) },
        { "", HasTooManyPlaces ? $"belongs to more than {MaxMemberships} queues and groups." : null },
        { nameof(Queues), Queues.DistinctBy(place => place.QueueId).Count() < Queues.Count ? "names a queue twice." : null },
        { nameof(Groups), Groups.Distinct().Count() < Groups.Count ? "names a group twice." : null },
        base.Faults(),
    };

    public override IEnumerable<Reference> References() =>
    [
        .. Queues.Select((place, index) => new Reference(
            $"{nameof(Queues)}[{index}].{nameof(place.QueueId)}",
            DirectoryKeys.Queue(place.QueueId),
            "queue's id",
            Holds: false
        )),
        .. Groups.Select((id, index) => new Reference($"{nameof(Groups)}[{index}]", DirectoryKeys.Group(id), "group's id", Holds: false)),
    ];
}

using System.Text.Json;
using System.Text.Json.Serialization;
using ContactRouting.Errors;

namespace ContactRouting.Directory;

/// <summary>Where contacts wait.</summary>
internal sealed record Queue : NamedRecord
{
    public static readonly IntegerRange WrapUpRange = new(0, Day);

    public static readonly IntegerRange OfferRange = new(3, Day);

    public static readonly IntegerRange LengthRange = new(0, 1000);

    public static readonly IntegerRange WaitRange = new(1, Day);

    public static readonly IntegerRange AdvanceRange = new(0, Day);

    private static readonly IntegerRange HandleRange = new(1, Day);

    private static readonly IntegerRange ServiceLevelRange = new(1, Day);

    /// <summary>The most that any of a queue's times can be, in seconds.</summary>
    private const int Day = 86_400;

    /// <summary>Its mail address.</summary>
    public string Email { get; init; } = "";

    /// <summary>The URL of a picture.</summary>
    public string Avatar { get; init; } = "";

    /// <summary>What the queue says of itself, free text.</summary>
    public string StatusText { get; init; } = "";

    /// <summary>What its agents are to know, as html.</summary>
    public string StaffProfile { get; init; } = "";

    /// <summary>Whether transcripts are kept; null where nobody said.</summary>
    public bool? Transcripts { get; init; }

    /// <summary>Whether an agent rests after a contact, for <see cref="WrapUpSeconds"/>.</summary>
    public bool WrapUp { get; init; }

    /// <summary>For how long an agent rests.</summary>
    public int WrapUpSeconds { get; init; } = 10;

    /// <summary>How long an agent has to accept an offer.</summary>
    public int OfferSeconds { get; init; } = 20;

    /// <summary>How many contacts may wait; null for any number.</summary>
    public int? MaxLength { get; init; }

    /// <summary>How long a contact may wait; null for ever.</summary>
    public int? MaxWaitSeconds { get; init; }

    /// <summary>Where a contact goes that finds the queue full.</summary>
    public Overflow WhenFull { get; init; } = new();

    /// <summary>Where a contact goes that has waited too long.</summary>
    public Overflow WhenWaited { get; init; } = new();

    /// <summary>Where a contact goes that waits while nobody is there who could ever serve it; else it stays.</summary>
    public Overflow WhenUnattended { get; init; } = new(OverflowTo.NextLevel);

    /// <summary>All overflows by their properties.</summary>
    public IReadOnlyDictionary<string, Overflow> Overflows =>
        new Dictionary<string, Overflow>
        {
            [nameof(WhenFull)] = WhenFull,
            [nameof(WhenWaited)] = WhenWaited,
            [nameof(WhenUnattended)] = WhenUnattended,
        };

    /// <summary>What "the primary groups cannot serve" means for the secondary ones.</summary>
    public AdvanceWhen AdvanceWhen { get; init; }

    /// <summary>For <see cref="AdvanceWhen.WaitedSeconds"/>.</summary>
    public int AdvanceAfterSeconds { get; init; } = 30;

    /// <summary>How an agent is chosen among the queue's own agents.</summary>
    public AgentStrategy Strategy { get; init; }

    /// <summary>How long a contact usually takes, for estimates.</summary>
    public int ExpectedHandleSeconds { get; init; } = 180;

    /// <summary>How long a guest may wait and still count as answered in time.</summary>
    public int ServiceLevelSeconds { get; init; } = 20;

    /// <summary>When the queue is open; null for always.</summary>
    public OpeningHours? Hours { get; init; }

    /// <summary>What only the telephone system makes use of.</summary>
    public Telephony Telephony { get; init; } = new();

    /// <summary>A queue that is switched off is closed.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The queue with each of its overflows changed, which are told by their properties.</summary>
    public Queue Overflowing(Func<string, Overflow, Overflow> change) =>
        this with
        {
            WhenFull = change(nameof(WhenFull), WhenFull),
            WhenWaited = change(nameof(WhenWaited), WhenWaited),
            WhenUnattended = change(nameof(WhenUnattended), WhenUnattended),
        };

    public override string RowKey => DirectoryKeys.Queue(Id);

    public override string ExternalIdPrefix => "QU_";

    public override IEnumerable<RecordFault> Faults() => new RecordFaults
    {
        { nameof(Email), Names.DisplayFault(Email) },
        { nameof(StatusText), Names.DisplayFault(StatusText) },
        { nameof(Avatar), Names.UrlFault(Avatar) },
        { nameof(StaffProfile), Names.HtmlFault(StaffProfile) },
        { nameof(WrapUpSeconds), WrapUpRange.Fault(WrapUpSeconds) },
        { nameof(OfferSeconds), OfferRange.Fault(OfferSeconds) },
        { nameof(MaxLength), LengthRange.Fault(MaxLength) },
        { nameof(MaxWaitSeconds), WaitRange.Fault(MaxWaitSeconds) },
        { nameof(Telephony), Telephony.Faults() },
        { nameof(AdvanceAfterSeconds), AdvanceRange.Fault(AdvanceAfterSeconds) },
        { nameof(ExpectedHandleSeconds), HandleRange.Fault(ExpectedHandleSeconds) },
        { nameof(ServiceLevelSeconds), ServiceLevelRange.Fault(ServiceLevelSeconds) },
        { nameof(Hours), Hours?.Faults() },
        Overflows.SelectMany(overflow => new RecordFaults { { overflow.Key, overflow.Value.Faults() } }),
        base.Faults(),
    };

    public override IEnumerable<Reference> References() =>
        from overflow in Overflows
        let target = overflow.Value.Target()
        where target is not null
        select new Reference($"{overflow.Key}.{nameof(Overflow.QueueId)}", target, "queue's id");
}

/// <summary>How the agent to take is chosen among those who can.</summary>
internal enum AgentStrategy
{
    /// <summary>Who has the least to do, in units; of those, who is idle longest.</summary>
    LongestIdle,

    /// <summary>Whose capacity is used least, in parts of it; of those, who is idle longest.</summary>
    LeastLoaded,

    /// <summary>Whose last offer is longest ago.</summary>
    RoundRobin,
    Random,
}

/// <summary>When secondary groups serve, beside that no primary one can.</summary>
internal enum AdvanceWhen
{
    /// <summary>As soon as no agent of the primary groups is free.</summary>
    NoneFree,

    /// <summary>Only while nobody of the primary groups is logged in.</summary>
    NoneOnline,

    /// <summary>Once the contact has waited for some time.</summary>
    WaitedSeconds,
}

internal enum OverflowTo
{
    Refuse,

    /// <summary>The next level of the service that the contact came by.</summary>
    NextLevel,
    Queue,
}

/// <summary>What becomes of a contact that meets a limit of its queue.</summary>
/// <param name="To">Where it goes.</param>
/// <param name="QueueId">For <see cref="OverflowTo.Queue"/>.</param>
internal sealed record Overflow(OverflowTo To = OverflowTo.Refuse, int? QueueId = null)
{
    /// <summary>The queue by its name or display name, where a document gives that instead of its id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Queue { get; init; }

    /// <summary>The key of the queue that it leads to, or null.</summary>
    public string? Target() => To == OverflowTo.Queue && QueueId is { } id ? DirectoryKeys.Queue(id) : null;

    public IEnumerable<RecordFault> Faults() => new RecordFaults
    {
        { nameof(QueueId), To == OverflowTo.Queue && QueueId is null && Queue is null ? "is no queue's id." : null },
    };
}

/// <summary>When a queue is open, by the clock of its time zone.</summary>
internal sealed record OpeningHours
{
    private const int MaxParts = 100;
    private const int MaxHolidays = 500;

    /// <summary>An IANA name, like Europe/Berlin.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>When it is open in a week.</summary>
    public IReadOnlyList<OpenTime> Weekly { get; init; } = [];

    /// <summary>Days on which the queue stays closed.</summary>
    public IReadOnlyList<DateOnly> Holidays { get; init; } = [];

    public IEnumerable<RecordFault> Faults() => new RecordFaults
    {
        { nameof(TimeZone), TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _) ? null : "is no time zone." },
        { nameof(Weekly), Weekly.Count > MaxParts ? $"has more than {MaxParts} parts." : null },
        { nameof(Holidays), Holidays.Count > MaxHolidays ? $"has more than {MaxHolidays} days." : null },
        Weekly.Index().Where(part => part.Item.To != TimeOnly.MinValue && part.Item.To <= part.Item.From)
            .Select(part => new RecordFault($"{nameof(Weekly)}[{part.Index}].{nameof(OpenTime.To)}", "must be after from.")),
    };
}

/// <summary>A part of a day.</summary>
/// <param name="Day">Of the week.</param>
/// <param name="From">The first minute in it.</param>
/// <param name="To">The first minute that is no longer in it; midnight is the end of the day.</param>
internal sealed record OpenTime(DayOfWeek Day, TimeOnly From, TimeOnly To);

/// <summary>A queue's settings that routing has no use for. Source: Stringee, "Queue management".</summary>
internal sealed record Telephony
{
    /// <summary>Whether calls are recorded.</summary>
    public bool RecordCalls { get; init; } = true;

    /// <summary>Only within business hours.</summary>
    public bool BusinessHours { get; init; }

    /// <summary>File names.</summary>
    public string? WaitGreeting { get; init; }

    /// <summary>The file that is played to who is held.</summary>
    public string? HoldGreeting { get; init; }

    /// <summary>The number that calls out to an agent's.</summary>
    public string? FromNumber { get; init; }

    /// <summary>Where the telephone system asks for agents instead.</summary>
    public string? AgentListUrl { get; init; }

    /// <summary>Its own conditions, as it gave them.</summary>
    public JsonElement? Conditions { get; init; }

    public IEnumerable<RecordFault> Faults() => new RecordFaults
    {
        { nameof(WaitGreeting), Names.DisplayFault(WaitGreeting ?? "") },
        { nameof(HoldGreeting), Names.DisplayFault(HoldGreeting ?? "") },
        { nameof(FromNumber), Names.DisplayFault(FromNumber ?? "") },
        { nameof(AgentListUrl), Names.UrlFault(AgentListUrl ?? "") },
        { nameof(Conditions), Conditions is { } conditions ? UserServiceRules.LengthFault(conditions) : null },
    };
}

namespace ContactRouting.Storage;

/// <summary>
/// The families of rows in an account's partition of the live table, in the order in which they sort. A sweep reads one range
/// from the outbox to the timers that are due: what it has to know lies in there, and nothing else does.
/// </summary>
internal static class LiveKeys
{
    /// <summary>The account itself.</summary>
    public const string Account = "account";

    /// <summary>All contacts by their arrival.</summary>
    public const string History = "a|";

    public const string Contacts = "c|";

    /// <summary>The newest changes of the directory.</summary>
    public const string DirectoryChanges = "dc|";

    public const string Directory = "d|";

    /// <summary>Entrances of lines with a limit.</summary>
    public const string Entrances = "g|";

    /// <summary>The directory's head. Who waits first comes right behind it, in the read that brings it.</summary>
    public const string Head = "head";

    /// <summary>All that wait, in one order.</summary>
    public const string Waiting = "h|";

    /// <summary>Limited tokens; under the prefix alone, which one was made last.</summary>
    public const string Tokens = "k|";

    /// <summary>Events to be delivered: the first that a sweep reads.</summary>
    public const string Outbox = "oe|";

    /// <summary>Commits of the last minute by their times: each knows by its row whether it took place. The row has its events.</summary>
    public const string Operations = "o|";

    /// <summary>Agents live.</summary>
    public const string Agents = "p|";

    /// <summary>How the queues were when a sweep looked last.</summary>
    public const string QueueStates = "qs|";

    /// <summary>Lines of contacts that another system assigns.</summary>
    public const string LinesOfOthers = "qx|";

    public const string Lines = "q|";

    /// <summary>How contacts ended that are not in the figures of their day yet.</summary>
    public const string Endings = "re|";

    /// <summary>Who handles what.</summary>
    public const string Handling = "r|";

    /// <summary>Entries of the audit log on their way.</summary>
    public const string Audit = "sa|";

    /// <summary>What has to happen at a time: the last that a sweep reads, as far as it is due.</summary>
    public const string Timers = "t|";

    /// <summary>What is kept of subscriptions beside the directory.</summary>
    public const string Subscriptions = "w|";

    /// <summary>Agents who are logged in, by the units that they serve.</summary>
    public const string ServingIndex = "x|";

    /// <summary>The figures of days.</summary>
    public const string Days = "y|";

    /// <summary>The prefix of a row's key.</summary>
    public static ReadOnlySpan<char> FamilyOf(string rowKey) => rowKey.AsSpan(0, rowKey.IndexOf('|') + 1);

    /// <summary>All families, with whose they are and whether a sweep reads them.</summary>
    public static readonly IReadOnlyList<(string Prefix, string Room, bool IsSwept)> All =
    [
        (Account, "Accounts", false),
        (History, "Contacts", false),
        (Contacts, "Contacts", false),
        (DirectoryChanges, "Directory.Changes", false),
        (Directory, "Directory", false),
        (Entrances, "Contacts", false),
        (Head, "Directory.Changes", false),
        (Waiting, "Contacts", false),
        (Tokens, "Accounts", false),
        (Outbox, "Presence", true),
        (Operations, "Storage", true),
        (Agents, "Presence", true),
        (QueueStates, "Sweep", true),
        (LinesOfOthers, "Contacts", true),
        (Lines, "Contacts", true),
        (Endings, "Contacts", true),
        (Handling, "Contacts", true),
        (Audit, "Audit", true),
        (Timers, "Storage", true),
        (Subscriptions, "Webhooks", false),
        (ServingIndex, "Presence", false),
        (Days, "Status", false),
    ];
}

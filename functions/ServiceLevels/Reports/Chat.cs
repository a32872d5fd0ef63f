using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ContactRouting.Contacts;
using ContactRouting.Directory;

namespace ContactRouting.ServiceLevels.Reports;

/// <summary>A contact as LibraryH3lp's chat. Source: LibraryH3lp, "Conversations metadata", and the fields that its clients name.</summary>
internal static class Chat
{
    // Clients' own numbers are exact up to here.
    private const int IdBits = 53;

    /// <summary>LibraryH3lp's word for chats of pages; other channels keep their own.</summary>
    public static string ProtocolOf(HistoryEntry entry) => entry.Channel == Channels.Standard ? "web" : entry.Channel;

    /// <summary>Seconds until somebody answered, or until the guest left; null while the guest waits.</summary>
    public static long? WaitOf(HistoryEntry entry) => Seconds(entry.ArrivedAt, entry.AnsweredAt ?? entry.EndedAt);

    /// <summary>Seconds from the answer to the end; null where there is none (yet).</summary>
    public static long? DurationOf(HistoryEntry entry) =>
        entry.AnsweredAt is { } answered ? Seconds(answered, entry.EndedAt) : null;

    /// <summary>Everything that clients read; what is not known here is null.</summary>
    /// <param name="host">Where the guest's address is, which is made of the contact's id.</param>
    public static Dictionary<string, object?> Show(HistoryEntry entry, AccountDirectory directory, LocalDays days, string host) =>
        new()
        {
            ["id"] = IdOf(entry.ContactId),
            ["guest"] = $"{entry.ContactId}@{host}",
            ["protocol"] = ProtocolOf(entry),
            ["queue"] = entry.QueueId is { } queueId ? directory.Queue(queueId)?.Name ?? "" : "",
            ["profile"] = "",
            ["started"] = days.Show(entry.ArrivedAt),
            ["accepted"] = days.Show(entry.AnsweredAt),
            ["ended"] = days.Show(entry.EndedAt),
            ["wait"] = WaitOf(entry),
            ["duration"] = DurationOf(entry),
            ["operator"] = entry.AgentId is { } agentId ? directory.Agent(agentId)?.Name : null,
            ["ip"] = null,
            ["referrer"] = null,
            ["tags"] = null,
            ["reftracker_id"] = null,
            ["reftracker_url"] = null,
            ["desktracker_id"] = null,
            ["desktracker_url"] = null,
        };

    private static long? Seconds(DateTimeOffset from, DateTimeOffset? to) =>
        to is { } end ? Math.Max(0, (long)(end - from).TotalSeconds) : null;

    /// <summary>A number for a contact's id, always the same.</summary>
    private static long IdOf(string contactId) =>
        (long)(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(contactId))) >> (64 - IdBits));
}

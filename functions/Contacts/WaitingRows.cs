using System.Runtime.CompilerServices;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>
/// Waiting contacts in the two orders that are asked for: each in its line, and in the one order of the whole account, right
/// behind the directory's head. So one read brings the directory's version and who is to be served first.
/// </summary>
internal sealed class WaitingRows(LiveTable live, DirectoryStore directories)
{
    /// <summary>So many come with the head.</summary>
    private const int FirstRows = 16;

    /// <summary>Up to so many lines are read one by one where the account's order is long; beyond, the order itself is read on.</summary>
    private const int MaxLinesRead = 8;

    public static IEnumerable<string> Keys(Line line, Place place) =>
        [$"{LineKeys.PrefixOf(line)}{LineKeys.Of(place)}", $"{LiveKeys.Waiting}{LineKeys.Of(place)}|{LineKeys.Of(line)}"];

    public static string KeyOfOther(Line line, Place place) => $"{LineKeys.PrefixOfOthers(line)}{LineKeys.Of(place)}";

    /// <summary>The directory as it is now, and who waits first: one read, plus what it takes where the directory changed.</summary>
    public async Task<Outlook> LookAsync(int accountId, CancellationToken cancellationToken)
    {
        var range = KeyRange.Prefix(LiveKeys.Waiting) with { From = LiveKeys.Head };
        var page = await live.PagesAsync(accountId, range, cancellationToken, FirstRows + 1).FirstAsync(cancellationToken);
        var head = page.Rows is [{ Key: LiveKeys.Head } first, ..] ? first.Read<DirectoryHead>() : null;
        var directory = await directories.GetAsync(accountId, head, cancellationToken);
        return new Outlook(directory, [.. page.Rows.Skip(1).Select(row => ReadInOrder(row.Read<WaitingEntry>()))], page.IsLast);
    }

    /// <summary>The waiting contacts of some lines in the order of the account, as far as the caller goes on.</summary>
    public async IAsyncEnumerable<WaitingContact> OfAsync(
        Outlook outlook,
        IReadOnlySet<Line> lines,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var contact in outlook.First)
        {
            if (lines.Contains(contact.Line)) yield return contact;
        }
        if (outlook.IsAll) yield break;
        var behind = outlook.First[^1].Place;
        var accountId = outlook.Directory.AccountId;
        if (lines.Count > MaxLinesRead)
        {
            var range = KeyRange.Prefix(LiveKeys.Waiting).Behind($"{LiveKeys.Waiting}{LineKeys.Of(behind)}|~");
            await foreach (var contact in live.RangeAsync<WaitingEntry>(accountId, range, cancellationToken).Select(ReadInOrder))
            {
                if (lines.Contains(contact.Line)) yield return contact;
            }
            yield break;
        }
        var streams = await Task.WhenAll(
            lines.Select(async line =>
            {
                var prefix = LineKeys.PrefixOf(line);
                var range = KeyRange.Prefix(prefix).Behind(prefix + LineKeys.Of(behind));
                var stream = live.RangeAsync<WaitingEntry>(accountId, range, cancellationToken, FirstRows).Select(Read)
                    .GetAsyncEnumerator(cancellationToken);
                return (stream, Any: await stream.MoveNextAsync());
            })
        );
        var open = streams.Where(entry => entry.Any).Select(entry => entry.stream).ToList();
        try
        {
            while (open.MinBy(stream => stream.Current.Place) is { } first)
            {
                yield return first.Current;
                if (!await first.MoveNextAsync()) open.Remove(first);
            }
        }
        finally
        {
            foreach (var (stream, _) in streams) await stream.DisposeAsync();
        }
    }

    /// <summary>How many wait in a line, counted up to a thousand: one read of keys.</summary>
    /// <param name="before">Only those in front of this place.</param>
    public ValueTask<int> CountAsync(int accountId, Line line, CancellationToken cancellationToken, Place? before = null)
    {
        var range = KeyRange.Prefix(LineKeys.PrefixOf(line));
        if (before is { } place) range = range with { To = range.From + LineKeys.Of(place) };
        return live.CountAsync(accountId, range, cancellationToken);
    }

    public static WaitingContact Read(Row<WaitingEntry> row) => Contact(LineKeys.OfRow(row.Key), row.Value);

    private static WaitingContact ReadInOrder(Row<WaitingEntry> row) => Contact(LineKeys.OfRowInOrder(row.Key), row.Value);

    private static WaitingContact Contact((Line Line, Place Place) key, WaitingEntry entry) =>
        new(key.Line, key.Place, entry.ContactId, entry.Channel, entry.WaitingSince, entry.Passed)
        {
            ServiceId = entry.ServiceId,
            LevelId = entry.LevelId,
            Left = entry.Left,
        };
}

/// <summary>An account as a decision begins with it.</summary>
/// <param name="First">Who is to be served first, over all lines.</param>
/// <param name="IsAll">Whether nobody else waits.</param>
internal sealed record Outlook(AccountDirectory Directory, IReadOnlyList<WaitingContact> First, bool IsAll);

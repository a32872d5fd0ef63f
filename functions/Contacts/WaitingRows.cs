using System.Runtime.CompilerServices;
using Azure.Data.Tables;
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

    private const int RowsPerRead = 1000;

    /// <summary>Up to so many lines are read one by one where the account's order is long; beyond, the order itself is read on.</summary>
    private const int MaxLinesRead = 8;

    public static IEnumerable<string> Keys(Line line, Place place) =>
        [$"{LineKeys.PrefixOf(line)}{LineKeys.Of(place)}", $"{LiveKeys.Waiting}{LineKeys.Of(place)}|{LineKeys.Of(line)}"];

    public static string KeyOfOther(Line line, Place place) => $"{LineKeys.PrefixOfOthers(line)}{LineKeys.Of(place)}";

    /// <summary>The directory as it is now, and who waits first: one read, plus what it takes where the directory changed.</summary>
    public async Task<Outlook> LookAsync(int accountId, CancellationToken cancellationToken)
    {
        var end = TableKey.EndOfPrefix(LiveKeys.Waiting);
        await foreach (
            var page in live.RangePagesAsync(accountId, LiveKeys.Head, end, FirstRows + 1, cancellationToken)
        )
        {
            var head = page.Values.Count > 0 && page.Values[0].RowKey == LiveKeys.Head
                ? RowCodec.Read<DirectoryHead>(page.Values[0])
                : null;
            var directory = await directories.GetAsync(accountId, head, cancellationToken);
            return new Outlook(directory, [.. page.Values.Skip(1).Select(ReadInOrder)], page.ContinuationToken is null);
        }
        throw new InvalidOperationException("A query without an answer.");
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
            var after = $"{LiveKeys.Waiting}{LineKeys.Of(behind)}|~";
            await foreach (var page in live.PagesAsync(accountId, LiveKeys.Waiting, RowsPerRead, cancellationToken, after))
            {
                foreach (var contact in page.Select(ReadInOrder).Where(contact => lines.Contains(contact.Line))) yield return contact;
            }
            yield break;
        }
        var streams = await Task.WhenAll(
            lines.Select(async line =>
            {
                var stream = OfLineAsync(accountId, line, behind, cancellationToken).GetAsyncEnumerator(cancellationToken);
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
    public Task<int> CountAsync(int accountId, Line line, CancellationToken cancellationToken, Place? before = null)
    {
        var prefix = LineKeys.PrefixOf(line);
        var end = before is { } place ? prefix + LineKeys.Of(place) : TableKey.EndOfPrefix(prefix);
        return live.CountAsync(accountId, prefix, end, RowsPerRead, cancellationToken);
    }

    public static WaitingContact Read(Row<WaitingEntry> row) => Contact(LineKeys.OfRow(row.Key), row.Value);

    private async IAsyncEnumerable<WaitingContact> OfLineAsync(
        int accountId,
        Line line,
        Place behind,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var prefix = LineKeys.PrefixOf(line);
        await foreach (var page in live.PagesAsync(accountId, prefix, FirstRows, cancellationToken, prefix + LineKeys.Of(behind)))
        {
            foreach (var entity in page) yield return Read(RowCodec.Read<WaitingEntry>(entity));
        }
    }

    private static WaitingContact ReadInOrder(TableEntity entity) =>
        Contact(LineKeys.OfRowInOrder(entity.RowKey), RowCodec.Read<WaitingEntry>(entity).Value);

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

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

    /// <summary>How far those are counted who wait in a queue.</summary>
    public const int MaxCounted = 1000;

    /// <summary>How many keys are read to count the queues of a page.</summary>
    public const int MaxKeys = 10 * MaxCounted;

    public static IEnumerable<string> Keys(Line line, Place place) =>
        [$"{LineKeys.PrefixOf(line)}{LineKeys.Of(place)}", $"{LiveKeys.Waiting}{LineKeys.Of(place)}|{LineKeys.Of(line)}"];

    public static string KeyOfOther(Line line, Place place) => $"{LineKeys.PrefixOfOthers(line)}{LineKeys.Of(place)}";

    /// <summary>All that wait, or those of a queue: ours in the order in which they are served, then those of other systems.</summary>
    public static IReadOnlyList<KeyRange> RangesOf(int? queueId) =>
        queueId is { } id
            ? [LineKeys.PrefixOf(Line.OfQueue(id)), LineKeys.PrefixOfOthers(Line.OfQueue(id))]
            : [LiveKeys.Waiting, LiveKeys.LinesOfOthers];

    /// <summary>The key of the contact of a row in either order.</summary>
    public static string ContactOf(string rowKey) =>
        (rowKey.StartsWith(LiveKeys.Waiting, StringComparison.Ordinal) ? LineKeys.OfRowInOrder(rowKey) : LineKeys.OfRow(rowKey))
            .Place.Contact;

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
    public ValueTask<int> CountAsync(int accountId, Line line, CancellationToken cancellationToken) =>
        live.CountAsync(accountId, LineKeys.PrefixOf(line), cancellationToken);

    /// <summary>
    /// How many wait in each of some queues, other systems' contacts among them: a read for each thousand keys, from the first
    /// queue's to the last's, and one more for each queue that is counted no further.
    /// </summary>
    /// <param name="queueIds">In their order.</param>
    /// <returns>Of the first queues: of at least one, and of as many as take <see cref="MaxKeys"/>.</returns>
    public async Task<IReadOnlyList<LineLength>> LengthsAsync(
        int accountId,
        IReadOnlyList<int> queueIds,
        CancellationToken cancellationToken
    )
    {
        var lengths = queueIds.ToDictionary(id => id, _ => new LineLength());
        var ours = await CountAsync(accountId, LineKeys.PrefixOf, queueIds, lengths, cancellationToken);
        var others = await CountAsync(accountId, LineKeys.PrefixOfOthers, queueIds, lengths, cancellationToken);
        var uncounted = Math.Min(ours ?? long.MaxValue, others ?? long.MaxValue);
        return [.. queueIds.TakeWhile(id => id < uncounted).Select(id => lengths[id])];
    }

    /// <returns>The first queue that was not counted as a whole; null where all were.</returns>
    private async Task<int?> CountAsync(
        int accountId,
        Func<Line, string> prefixOf,
        IReadOnlyList<int> queueIds,
        Dictionary<int, LineLength> lengths,
        CancellationToken cancellationToken
    )
    {
        var (first, last, keys) = (queueIds[0], queueIds[^1], 0);
        var end = KeyRange.Prefix(prefixOf(Line.OfQueue(last))).To;
        while (true)
        {
            int? done = null;
            var range = new KeyRange(prefixOf(Line.OfQueue(first)), end);
            await foreach (var key in live.KeysAsync(accountId, range, cancellationToken))
            {
                var (line, place) = LineKeys.OfRow(key);
                var queueId = line.QueueId!.Value;
                if (keys++ == MaxKeys) return queueId;
                if (lengths.TryGetValue(queueId, out var length))
                {
                    lengths[queueId] = length = length.With(place.Since);
                    if (length.Count <= MaxCounted) continue;
                }
                done = queueId;
                break;
            }
            if (done is null || done == last) return null;
            first = done.Value + 1;
        }
    }

    /// <summary>How many stand in front of each of some places of a line, counted up to a thousand: one read of keys.</summary>
    public async Task<IReadOnlyDictionary<Place, int>> CountInFrontAsync(
        int accountId,
        Line line,
        IReadOnlyCollection<Place> places,
        CancellationToken cancellationToken
    )
    {
        var prefix = LineKeys.PrefixOf(line);
        var range = KeyRange.Prefix(prefix) with { To = prefix + LineKeys.Of(places.Max()) };
        var keys = await live.KeysAsync(accountId, range, cancellationToken).Take(Table.RowsPerRead).ToListAsync(cancellationToken);
        return places.Distinct().ToDictionary(place => place, place =>
            keys.BinarySearch(prefix + LineKeys.Of(place), StringComparer.Ordinal) is var index && index < 0 ? ~index : index);
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

/// <summary>How many wait in a line, as far as they were counted, and since when the first of them.</summary>
internal readonly record struct LineLength(int Count, DateTimeOffset? OldestSince)
{
    public LineLength With(DateTimeOffset since) => new(Count + 1, OldestSince < since ? OldestSince : since);

    /// <summary>For how many whole seconds the first of them waits; 0 where nobody does.</summary>
    public int SecondsAt(DateTimeOffset now) => OldestSince is { } since ? Math.Max(0, (int)(now - since).TotalSeconds) : 0;
}

/// <summary>An account as a decision begins with it.</summary>
/// <param name="First">Who is to be served first, over all lines.</param>
/// <param name="IsAll">Whether nobody else waits.</param>
internal sealed record Outlook(AccountDirectory Directory, IReadOnlyList<WaitingContact> First, bool IsAll);

using System.Collections.Concurrent;
using System.Globalization;
using Azure;
using ContactRouting.Errors;
using ContactRouting.Storage;

namespace ContactRouting.Directory.Changes;

/// <summary>Takes and gives back what a directory's change makes unique over all accounts: names and service ids.</summary>
internal sealed class DirectoryClaims(Claims claims, LiveTable live)
{
    /// <summary>How many values are looked at or taken at the same time.</summary>
    private const int Parallelism = 8;

    /// <summary>What the records that a change puts need.</summary>
    public static IReadOnlySet<UniqueValue> NeededBy(DirectoryEdit edit) => AfterOf(edit);

    /// <summary>What a change needs that its directory does not have.</summary>
    public static IEnumerable<UniqueValue> AddedBy(DirectoryEdit edit) => AfterOf(edit).Except(BeforeOf(edit));

    /// <summary>The values that somebody else has.</summary>
    public async Task<IReadOnlyList<UniqueValue>> FindTakenAsync(
        int accountId,
        IEnumerable<UniqueValue> values,
        CancellationToken cancellationToken
    )
    {
        var taken = new ConcurrentBag<UniqueValue>();
        await ForEachAsync(values, async (value, token) =>
        {
            if (await claims.IsTakenAsync(value.Key, accountId, value.Holder, claim => IsUsedAsync(value, claim, token), token))
                taken.Add(value);
        }, cancellationToken);
        return [.. taken];
    }

    /// <summary>Takes values for the account, before the change that needs them is committed.</summary>
    /// <exception cref="ValueTakenException">Somebody else has one.</exception>
    public Task TakeAsync(int accountId, IEnumerable<UniqueValue> values, CancellationToken cancellationToken) =>
        ForEachAsync(values, async (value, token) =>
        {
            if (!await claims.TakeAsync(value.Key, accountId, value.Holder, claim => IsUsedAsync(value, claim, token), token))
                throw new ValueTakenException([value]);
        }, cancellationToken);

    /// <summary>What a change gives up, found before it is committed, to be released after that.</summary>
    /// <param name="kept">What another change needs.</param>
    public async Task<IReadOnlyCollection<(ClaimKey Key, ETag ETag)>> FindGivenUpAsync(
        DirectoryEdit edit,
        IEnumerable<UniqueValue> kept,
        CancellationToken cancellationToken
    )
    {
        var stays = AfterOf(edit).Concat(kept).Select(value => value.Key).ToHashSet();
        var found = new ConcurrentBag<(ClaimKey, ETag)>();
        await ForEachAsync(BeforeOf(edit).Where(value => !stays.Contains(value.Key)), async (value, token) =>
        {
            if (await claims.FindAsync(value.Key, token) is { } claim && claim.Value.AccountId == edit.Before.AccountId)
                found.Add((value.Key, claim.ETag));
        }, cancellationToken);
        return found;
    }

    public Task ReleaseAsync(IReadOnlyCollection<(ClaimKey Key, ETag ETag)> released, CancellationToken cancellationToken) =>
        ForEachAsync(released, (claim, token) => new ValueTask(claims.ReleaseAsync(claim.Key, claim.ETag, token)), cancellationToken);

    /// <summary>Gives back what a record of an account that is being removed has.</summary>
    public Task ReleaseAsync(int accountId, IDirectoryRecord record, CancellationToken cancellationToken) =>
        ClaimOf(record) is { } value ? claims.ReleaseOwnAsync(value.Key, accountId, cancellationToken) : Task.CompletedTask;

    /// <summary>Whether the account of an old claim has the value, by its stored rows.</summary>
    public async Task<bool> IsUsedAsync(UniqueValue value, Claim claim, CancellationToken cancellationToken)
    {
        if (claim.Holder == ClaimHolder.Administrator)
            return await live.FindAsync<Administrator>(claim.AccountId, LiveKeys.Account, cancellationToken) is { } account
                && account.Value.Username == value.Text;
        await foreach (var row in live.RangeAsync(claim.AccountId, LiveKeys.Directory, cancellationToken))
        {
            if (ClaimOf((IDirectoryRecord)row.Read(RecordKind.Of(row.Key).Type))?.Key == value.Key) return true;
        }
        return false;
    }

    /// <summary>What an account's own row says of its administrator.</summary>
    private sealed record Administrator
    {
        public string Username { get; init; } = "";
    }

    private static HashSet<UniqueValue> BeforeOf(DirectoryEdit edit) =>
        [.. edit.Changes.Keys.Select(key => ClaimOf(edit.Before.Records.GetValueOrDefault(key))).OfType<UniqueValue>()];

    private static HashSet<UniqueValue> AfterOf(DirectoryEdit edit) =>
        [.. edit.Changes.Values.Select(ClaimOf).OfType<UniqueValue>()];

    private static Task ForEachAsync<T>(
        IEnumerable<T> items,
        Func<T, CancellationToken, ValueTask> act,
        CancellationToken cancellationToken
    ) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            act
        );

    private static UniqueValue? ClaimOf(IDirectoryRecord? record) => record switch
    {
        Agent agent => UniqueValue.Name(agent.Name, ClaimHolder.Agent),
        Queue queue => UniqueValue.Name(queue.Name, ClaimHolder.Queue),
        Service service => UniqueValue.Service(service.Id),
        _ => null,
    };
}

/// <summary>Another account has values that a change would use.</summary>
internal sealed class ValueTakenException(IReadOnlyList<UniqueValue> values) : Exception($"{values[0]} is taken.")
{
    public IReadOnlyList<UniqueValue> Values { get; } = values;
}

/// <summary>A value that only one account may use.</summary>
internal sealed record UniqueValue(ClaimKey Key, ClaimHolder Holder, string Field, string Text)
{
    public static UniqueValue Name(string name, ClaimHolder holder) => new(ClaimKey.Name(name), holder, "name", name);

    public static UniqueValue Service(int id) =>
        new(ClaimKey.Service(id), ClaimHolder.Service, "service id", id.ToString(CultureInfo.InvariantCulture));

    /// <summary>What is wrong with it where somebody else has it.</summary>
    public string Problem => $"is taken; {Field}s are shared by all accounts.";

    public DomainException Taken() => new(ErrorKind.Conflict, $"{this} {Problem}", Field);

    public override string ToString() => $"{Field} {Text}";
}

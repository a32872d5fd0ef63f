using Azure;
using ContactRouting.Http;
using ContactRouting.Storage;

namespace ContactRouting.Directory;

/// <summary>Takes and gives back what a directory's change makes unique over all accounts: names and service ids.</summary>
internal sealed class DirectoryClaims(Claims claims, LiveTable live)
{
    /// <summary>Takes what the change adds, before it is committed.</summary>
    /// <returns>What the change gives up, to be released after it is committed.</returns>
    /// <exception cref="ValueTakenException">Somebody else has a name or a service id.</exception>
    public async Task<IReadOnlyList<(ClaimKey Key, ETag ETag)>> TakeAsync(DirectoryEdit edit, CancellationToken cancellationToken)
    {
        var before = edit
            .Changes.Keys.Select(key => edit.Before.Records.GetValueOrDefault(key))
            .Select(ClaimOf)
            .OfType<UniqueValue>()
            .ToHashSet();
        var after = edit.Changes.Values.Select(ClaimOf).OfType<UniqueValue>().ToHashSet();
        foreach (var value in after.Except(before))
        {
            if (
                !await claims.TakeAsync(
                    value.Key,
                    edit.Before.AccountId,
                    value.Holder,
                    claim => IsUsedAsync(value, claim, cancellationToken),
                    cancellationToken
                )
            )
                throw new ValueTakenException(value);
        }
        var released = new List<(ClaimKey, ETag)>();
        foreach (var value in before.Except(after))
        {
            if (await claims.FindAsync(value.Key, cancellationToken) is { } claim && claim.Value.AccountId == edit.Before.AccountId)
                released.Add((value.Key, claim.ETag));
        }
        return released;
    }

    public async Task ReleaseAsync(IReadOnlyList<(ClaimKey Key, ETag ETag)> released, CancellationToken cancellationToken)
    {
        foreach (var (key, etag) in released) await claims.ReleaseAsync(key, etag, cancellationToken);
    }

    /// <summary>Gives back what a record of an account that is being removed has.</summary>
    public Task ReleaseAsync(int accountId, IDirectoryRecord record, CancellationToken cancellationToken) =>
        ClaimOf(record) is { } value ? claims.ReleaseOwnAsync(value.Key, accountId, cancellationToken) : Task.CompletedTask;

    /// <summary>Whether the account of an old claim has the value, by its stored rows.</summary>
    public async Task<bool> IsUsedAsync(UniqueValue value, Claim claim, CancellationToken cancellationToken)
    {
        if (claim.Holder == ClaimHolder.Administrator)
            return await live.FindAsync<Accounts.Account>(claim.AccountId, Accounts.Account.RowKey, cancellationToken) is { } account
                && account.Value.Username == value.Text;
        await foreach (var entity in live.RangeAsync(claim.AccountId, DirectoryKeys.All, cancellationToken))
        {
            if (ClaimOf((IDirectoryRecord)RowCodec.Read(DirectoryKeys.TypeOf(entity.RowKey), entity))?.Key == value.Key) return true;
        }
        return false;
    }

    private static UniqueValue? ClaimOf(IDirectoryRecord? record) => record switch
    {
        Agent agent => UniqueValue.Name(agent.Name, ClaimHolder.Agent),
        Queue queue => UniqueValue.Name(queue.Name, ClaimHolder.Queue),
        Service service => new UniqueValue(
            ClaimKey.Service(service.Id),
            ClaimHolder.Service,
            "service id",
            TableKey.Number(service.Id).TrimStart('0')
        ),
        _ => null,
    };
}

/// <summary>Another account has a value that a change would use.</summary>
internal sealed class ValueTakenException(UniqueValue value) : Exception($"{value} is taken.")
{
    public UniqueValue Value { get; } = value;
}

/// <summary>A value that only one account may use.</summary>
internal sealed record UniqueValue(ClaimKey Key, ClaimHolder Holder, string Field, string Text)
{
    public static UniqueValue Name(string name, ClaimHolder holder) => new(ClaimKey.Name(name), holder, "name", name);

    public DomainException Taken() => new(ErrorKind.Conflict, $"{this} is taken.", Field);

    public override string ToString() => $"{Field} {Text}";
}

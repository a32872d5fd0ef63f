namespace ContactRouting.Directory;

/// <summary>A change of a directory in the making: what it would be, and which rows that touches.</summary>
internal sealed class DirectoryEdit(AccountDirectory before, int nextId)
{
    private readonly Dictionary<string, IDirectoryRecord?> changes = new(StringComparer.Ordinal);
    private AccountDirectory? after;

    public AccountDirectory Before { get; } = before;

    /// <summary>The directory with the changes so far.</summary>
    public AccountDirectory Directory => changes.Count == 0 ? Before : after ??= Apply();

    /// <summary>The changed rows; null where one is removed.</summary>
    public IReadOnlyDictionary<string, IDirectoryRecord?> Changes => changes;

    /// <summary>The next integer id that nothing in the account has.</summary>
    public int NextId { get; private set; } = nextId;

    public int TakeId() => NextId++;

    /// <summary>Keeps ids that came from outside apart from those to be given out.</summary>
    public void ReserveId(int id) => NextId = Math.Max(NextId, id + 1);

    public void Put(IDirectoryRecord record)
    {
        changes[record.RowKey] = record;
        after = null;
    }

    public void Remove(IDirectoryRecord record)
    {
        changes[record.RowKey] = null;
        after = null;
    }

    private AccountDirectory Apply()
    {
        var records = Before.Records.ToBuilder();
        foreach (var (key, record) in changes)
        {
            if (record is null) records.Remove(key);
            else records[key] = record;
        }
        return new AccountDirectory(Before.AccountId, Before.Version + 1, records.ToImmutable());
    }
}

namespace ContactRouting.Directory.Changes;

/// <summary>The head of an account's directory: every change of the directory passes through this row's ETag.</summary>
internal sealed record DirectoryHead
{
    public const int FirstId = 1001;

    /// <summary>
    /// Counts up from the account's creation time in milliseconds, so that an account that is created anew under an old
    /// id never repeats a version that some instance remembers.
    /// </summary>
    public long Version { get; init; }

    public int NextId { get; init; } = FirstId;

    /// <summary>The oldest version whose <see cref="DirectoryChange"/> is kept; 0 before the first.</summary>
    public long OldestChange { get; init; }

    /// <summary>Since when the account is being removed; null while it is not.</summary>
    public DateTimeOffset? DeletingSince { get; init; }
}

using ContactRouting.Storage;

namespace ContactRouting.Audit;

/// <summary>A page of the log: entries of a time, newest first.</summary>
/// <param name="FirstKey">The least key that may be on it.</param>
/// <param name="EndKey">The first key that may not.</param>
internal sealed record AuditPage(int Limit, string FirstKey, string EndKey)
{
    /// <param name="after">The key of the last entry of the page before, or null.</param>
    /// <param name="from">Null for the beginning.</param>
    /// <param name="to">The first time that is not wanted any more; null for now.</param>
    public static AuditPage Of(int limit, string? after, DateTimeOffset? from, DateTimeOffset? to)
    {
        var first = TableKey.NewestFirst((to ?? DateTimeOffset.MaxValue).AddTicks(-1));
        if (string.CompareOrdinal(after, first) >= 0) first = after + "!";
        return new AuditPage(limit, first, TableKey.NewestFirst((from ?? DateTimeOffset.UnixEpoch).AddTicks(-1)));
    }
}

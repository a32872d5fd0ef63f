using Azure.Data.Tables;

namespace ContactRouting.Storage;

/// <summary>The row keys of a partition from one on, up to but without another; an end that is null is open.</summary>
internal readonly record struct KeyRange(string? From, string? To)
{
    public static KeyRange All => default;

    /// <summary>A text stands for the keys that start with it.</summary>
    public static implicit operator KeyRange(string prefix) => Prefix(prefix);

    public static KeyRange Prefix(string prefix) => new(prefix, EndOf(prefix));

    public bool Contains(string key) =>
        (From is null || string.CompareOrdinal(From, key) <= 0) && (To is null || string.CompareOrdinal(key, To) < 0);

    /// <summary>Those of a range behind a key: the least key behind another ends with the least character more.</summary>
    /// <param name="key">Null for all of them.</param>
    public KeyRange Behind(string? key) => key is null ? this : this with { From = key + "!" };

    /// <summary>The filter of these rows of a partition.</summary>
    public string FilterIn(string partitionKey) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey}")
        + (From is null ? "" : TableClient.CreateQueryFilter($" and RowKey ge {From}"))
        + (To is null ? "" : TableClient.CreateQueryFilter($" and RowKey lt {To}"));

    /// <summary>The filter of the partitions whose keys start with a text.</summary>
    public static string FilterOfPartitions(string prefix) =>
        TableClient.CreateQueryFilter($"PartitionKey ge {prefix} and PartitionKey lt {EndOf(prefix)}");

    /// <summary>The first key after all that start with a text.</summary>
    private static string EndOf(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);
}

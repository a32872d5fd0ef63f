namespace ContactRouting.Directory;

/// <summary>A place in a record that names another record.</summary>
/// <param name="Property">The place, as a <see cref="Errors.RecordFault"/> has it.</param>
/// <param name="Key">The other's row key.</param>
/// <param name="What">What has to stand there, in words.</param>
/// <param name="Holds">Whether the other cannot be removed because of it; else the place goes along with the other.</param>
internal sealed record Reference(string Property, string Key, string What, bool Holds = true);

/// <summary>What the references of records keep from being removed.</summary>
internal static class DirectoryReferences
{
    /// <summary>Whatever keeps a record from being removed, in words.</summary>
    public static IEnumerable<string> HoldersOf(AccountDirectory directory, IDirectoryRecord record) =>
        directory
            .Records.Values.Where(other => other.RowKey != record.RowKey)
            .Where(other => other.References().Any(reference => reference.Holds && reference.Key == record.RowKey))
            .Select(other => Describe(directory, other))
            .OrderBy(holder => holder.Order, StringComparer.Ordinal)
            .Select(holder => holder.Words)
            .Where(words => words.Length > 0);

    /// <returns>No words for a level that its service does not list: nobody can reach it.</returns>
    private static (string Order, string Words) Describe(AccountDirectory directory, IDirectoryRecord record) => record switch
    {
        Level level => directory.Service(level.ServiceId)?.Levels.ToList().IndexOf(level.Id) is >= 0 and var index
            ? ($"{DirectoryKeys.Service(level.ServiceId)}|{index:D3}", $"level {index} of service {level.ServiceId}")
            : ("", ""),
        Queue queue => (queue.RowKey, $"queue {queue.Name}"),
        Subscription subscription => (subscription.RowKey, $"subscription {subscription.Id}"),
        var other => throw new InvalidOperationException($"{other.RowKey} holds nothing."),
    };
}

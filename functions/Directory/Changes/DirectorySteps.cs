namespace ContactRouting.Directory.Changes;

/// <summary>A record that a change puts or removes.</summary>
internal readonly record struct DirectoryStep(IDirectoryRecord Record, bool Remove = false)
{
    public static DirectoryStep Put(IDirectoryRecord record) => new(record);

    public static DirectoryStep Removal(IDirectoryRecord record) => new(record, Remove: true);
}

/// <summary>The way from a directory to another one.</summary>
internal static class DirectorySteps
{
    /// <summary>What has to be put and removed, each record once: what is referred to first, removals the other way round.</summary>
    /// <param name="wanted">All records of the other directory by their keys.</param>
    public static IReadOnlyList<DirectoryStep> Differences(AccountDirectory before, IReadOnlyDictionary<string, IDirectoryRecord> wanted) =>
        [
            .. Ordered(wanted.Values.Where(record => !Configuration.IsSame(before.Records.GetValueOrDefault(record.RowKey), record)))
                .Select(DirectoryStep.Put),
            .. Ordered(before.Records.Values.Where(record => !wanted.ContainsKey(record.RowKey))).AsEnumerable().Reverse()
                .Select(DirectoryStep.Removal),
        ];

    /// <summary>
    /// The differences in an order of which every beginning leaves a valid directory: no reference dangles, nothing unique
    /// is there twice, no limit is passed. Some records change twice for that; within a transaction only their last change counts.
    /// </summary>
    public static IReadOnlyList<DirectoryStep> Between(
        AccountDirectory before,
        IReadOnlyDictionary<string, IDirectoryRecord> wanted,
        IReadOnlyList<DirectoryStep> differences
    )
    {
        var puts = differences.Where(step => !step.Remove).Select(step => step.Record).ToList();
        var freeing = Freeing(before, wanted).ToList();
        var gone = freeing.Where(step => step.Remove).Select(step => step.Record.RowKey).ToHashSet(StringComparer.Ordinal);
        var removals = differences.Where(step => step.Remove && !gone.Contains(step.Record.RowKey)).ToList();
        return
        [
            .. freeing,
            .. puts.Select(record => DirectoryStep.Put(Loose(record, before.Records.ContainsKey))),
            .. puts.Where(record => Loose(record, before.Records.ContainsKey) != record).Select(DirectoryStep.Put),
            .. removals,
        ];
    }

    /// <summary>Each record behind those that it refers to; queues, which may refer to each other in a circle, in any order.</summary>
    private static List<IDirectoryRecord> Ordered(IEnumerable<IDirectoryRecord> records)
    {
        var sorted = records.OrderBy(record => record.RowKey, StringComparer.Ordinal).ToList();
        var left = sorted.ToDictionary(record => record.RowKey, StringComparer.Ordinal);
        var ordered = new List<IDirectoryRecord>();
        foreach (var record in sorted) Visit(record);
        return ordered;

        void Visit(IDirectoryRecord record)
        {
            if (!left.Remove(record.RowKey)) return;
            foreach (var reference in record is Queue ? [] : record.References())
            {
                if (left.TryGetValue(reference.Key, out var other)) Visit(other);
            }
            ordered.Add(record);
        }
    }

    /// <summary>The record without overflows into other queues that are not there (yet, or any more).</summary>
    private static IDirectoryRecord Loose(IDirectoryRecord record, Func<string, bool> isThere)
    {
        return record is Queue queue && queue.Overflows.Values.Any(IsLoose)
            ? queue.Overflowing((_, overflow) => IsLoose(overflow) ? new Overflow() : overflow)
            : record;

        bool IsLoose(Overflow overflow) => overflow.Target() is { } target && target != record.RowKey && !isThere(target);
    }

    /// <summary>
    /// Gives up what others are to have: names, ids, the routing of a queue to a group, an agent's place for a callback;
    /// and lets go of each other what is to be removed.
    /// </summary>
    private static IEnumerable<DirectoryStep> Freeing(AccountDirectory before, IReadOnlyDictionary<string, IDirectoryRecord> wanted)
    {
        var owners = wanted
            .Values.SelectMany(record => UniqueIn(record).Select(value => (value, record.RowKey)))
            .ToDictionary(owner => owner.value, owner => owner.RowKey, StringComparer.Ordinal);
        foreach (var record in before.Records.Values.OrderBy(record => record.RowKey, StringComparer.Ordinal))
        {
            var lost = UniqueIn(record).Where(value => owners.GetValueOrDefault(value, record.RowKey) != record.RowKey).ToList();
            IDirectoryRecord? free = (wanted.ContainsKey(record.RowKey) ? record : Loose(record, wanted.ContainsKey)) switch
            {
                NamedRecord named when lost.Count > 0 => named with
                {
                    Name = lost.Contains(named.Name) ? Names.NewName() : named.Name,
                    ExternalId = lost.Contains(named.ExternalId) ? Names.NewId(named.ExternalIdPrefix) : named.ExternalId,
                },
                QueueGroup when lost.Count > 0 => null,
                Callback stored when (wanted.GetValueOrDefault(record.RowKey) as Callback)?.AgentId != stored.AgentId => null,
                var other => other,
            };
            if (free is null) yield return DirectoryStep.Removal(record);
            else if (free != record) yield return DirectoryStep.Put(free);
        }
    }

    /// <summary>What only one record of an account may have.</summary>
    private static string[] UniqueIn(IDirectoryRecord record) => record switch
    {
        NamedRecord named => [named.Name, named.ExternalId],
        QueueGroup routing => [$"{DirectoryKeys.Queue(routing.QueueId)} {routing.GroupId}"],
        _ => [],
    };
}

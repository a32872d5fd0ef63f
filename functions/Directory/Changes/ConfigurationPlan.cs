using ContactRouting.Errors;
using ContactRouting.Storage;
using Candidates = System.Collections.Generic.Queue<ContactRouting.Directory.IDirectoryRecord>;

namespace ContactRouting.Directory.Changes;

/// <summary>
/// What a configuration document asks of a directory: the records that have to be there in the end, complete with the
/// ids that the document left out, or every error in it.
/// </summary>
internal sealed class ConfigurationPlan
{
    /// <summary>So many are told at once.</summary>
    public const int MaxErrors = 100;

    private readonly DirectoryEdit edit;
    private readonly AccountDirectory before;
    private readonly Action? check;
    private readonly Dictionary<string, IDirectoryRecord> wanted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NamedRecord> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> givenNames = new(StringComparer.Ordinal);
    private readonly HashSet<(int Queue, string Group)> routed = [];
    private readonly Dictionary<int, int> called = [];
    private readonly Dictionary<Type, Dictionary<object, Candidates>> stored = [];
    private readonly HashSet<string> externalIds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> paths = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, ILookup<string, IDirectoryRecord>> displayed = [];

    /// <summary>Where a name stands that means nothing, and where its id would stand.</summary>
    private readonly HashSet<string> unnamed = new(StringComparer.Ordinal);

    private readonly List<DocumentError> errors = [];
    private readonly List<DocumentError> taken = [];
    private IReadOnlyList<DirectoryStep>? differences;

    private ConfigurationPlan(DirectoryEdit edit, Action? check) => (this.edit, before, this.check) = (edit, edit.Before, check);

    public IReadOnlyList<DocumentError> Errors => errors;

    /// <summary>What the document gives and other accounts have.</summary>
    public IReadOnlyList<DocumentError> Taken => taken;

    /// <summary>What the document changes, each record once.</summary>
    public IReadOnlyList<DirectoryStep> Differences => differences ??= DirectorySteps.Differences(before, wanted);

    /// <param name="check">Is called at every item; throws where the plan is no longer wanted.</param>
    public static ConfigurationPlan For(Configuration document, DirectoryEdit edit, Action? check = null)
    {
        var plan = new ConfigurationPlan(edit, check);
        plan.Reserve(document);
        plan.Each(document.Widgets, RecordKind.Widget.Section, plan.AddWidget);
        plan.Each(document.Groups, RecordKind.Group.Section, plan.AddGroup);
        plan.Each(document.Queues, RecordKind.Queue.Section, plan.AddQueue);
        plan.LeadOverflows();
        plan.Each(document.Agents, RecordKind.Agent.Section, plan.AddAgent);
        plan.Each(document.GroupRoutings, RecordKind.QueueGroup.Section, plan.AddRouting);
        plan.Each(document.Services, RecordKind.Service.Section, plan.AddService);
        plan.Each(document.Callbacks, RecordKind.Callback.Section, plan.AddCallback);
        plan.Each(document.Subscriptions, RecordKind.Subscription.Section, plan.AddSubscription);
        plan.Each(document.UserServices, RecordKind.UserService.Section, plan.Want);
        plan.CheckReferences();
        return plan;
    }

    /// <summary>The changes in an order of which each beginning leaves a valid directory.</summary>
    public IReadOnlyList<DirectoryStep> Steps() => DirectorySteps.Between(before, wanted, Differences);

    private void Each<T>(IReadOnlyList<T> items, string path, Action<T, string> add)
    {
        for (var index = 0; index < items.Count; index++)
        {
            check?.Invoke();
            add(items[index], $"{path}[{index}]");
        }
    }

    private void Reserve(Configuration document)
    {
        var ids = document.Agents.Select(agent => agent.Id).Concat(document.Queues.Select(queue => queue.Id))
            .Concat(document.Widgets.Select(widget => widget.Id)).Concat(document.Callbacks.Select(callback => callback.Id))
            .Concat(document.Subscriptions.Select(subscription => subscription.Id));
        foreach (var id in ids.Where(id => id is > 0 and <= Names.MaxGivenId)) edit.ReserveId(id);
        foreach (var service in document.Services) edit.ReserveServiceId(service.Id);
        givenNames.UnionWith(document.Agents.Select(agent => agent.Name).Concat(document.Queues.Select(queue => queue.Name)));
    }

    private void AddWidget(Widget widget, string path) =>
        Want(widget with { Id = IdOf(widget.Id, path, () => Unmatched<Widget>(other => other.Name, widget.Name)?.Id) }, path);

    private void AddGroup(Group group, string path)
    {
        var known = Unmatched<Group>(other => other.DisplayName, group.DisplayName)?.Id;
        Want(group with { Id = ExternalIdOf(group.Id, known, Group.IdPrefix, $"{path}.id") }, path);
    }

    private void AddQueue(Queue queue, string path)
    {
        var id = IdOf(
            queue.Id,
            path,
            () =>
                queue.Name.Length > 0
                    ? (before.Named(queue.Name) as Queue)?.Id
                    : Unmatched<Queue>(other => other.DisplayName, queue.DisplayName)?.Id
        );
        var stored = before.Queue(id);
        Want(queue with
        {
            Id = id,
            Name = NameOf(queue.Name, stored?.Name, queue.DisplayName, $"{path}.name"),
            DisplayName = queue.DisplayName.Length > 0 ? queue.DisplayName : queue.Name,
            ExternalId = ExternalIdOf(queue.ExternalId, stored?.ExternalId, queue.ExternalIdPrefix, $"{path}.externalId"),
        }, path);
    }

    private void AddAgent(Agent agent, string path)
    {
        var id = IdOf(
            agent.Id,
            path,
            () =>
                agent.Name.Length > 0
                    ? (before.Named(agent.Name) as Agent)?.Id
                    : Unmatched<Agent>(other => other.DisplayName, agent.DisplayName)?.Id
        );
        var stored = before.Agent(id);
        var queues = agent.Queues.Select((place, index) =>
            new Assignment(QueueId(place.QueueId, place.Queue, $"{path}.queues[{index}].queue") ?? 0, place.Enabled)
        );
        var groups = agent.Groups.Select((group, index) =>
            wanted.ContainsKey(DirectoryKeys.Group(group)) ? group : Named<Group>(group, $"{path}.groups[{index}]")?.Id ?? group
        );
        Want(agent with
        {
            Queues = [.. queues],
            Groups = [.. groups],
            Id = id,
            Name = NameOf(agent.Name, stored?.Name, agent.DisplayName, $"{path}.name"),
            DisplayName = agent.DisplayName.Length > 0 ? agent.DisplayName : agent.Name,
            ExternalId = ExternalIdOf(agent.ExternalId, stored?.ExternalId, agent.ExternalIdPrefix, $"{path}.externalId"),
        }, path);
    }

    private void AddRouting(QueueGroup routing, string path)
    {
        routing = routing with
        {
            QueueId = QueueId(routing.QueueId, routing.Queue, $"{path}.queue") ?? 0,
            Queue = null,
            GroupId = routing.Group is { } name ? Named<Group>(name, $"{path}.group")?.Id ?? "" : routing.GroupId,
            Group = null,
        };
        if (!routed.Add((routing.QueueId, routing.GroupId))) Fail(path, "routes a queue to a group that it is routed to already.");
        var known = before.RoutingsOf(routing.QueueId).FirstOrDefault(other => other.GroupId == routing.GroupId)?.Id;
        Want(routing with { Id = ExternalIdOf(routing.Id, known, QueueGroup.IdPrefix, $"{path}.id") }, path);
    }

    private void AddService(ServiceConfiguration service, string path)
    {
        var id = IdOf(service.Id, path, () => Unmatched<Service>(other => other.Name, service.Name)?.Id ?? edit.NewServiceId());
        var stored = before.Service(id);
        if (stored is null) CheckTaken(UniqueValue.Service(id), $"{path}.id");

        // One more than there can be is enough to be refused.
        var given = service.Levels.Take(Service.MaxLevels + 1).ToList();
        var levels = new List<string>();
        Each(given, $"{path}.{RecordKind.Level.Section}", (level, levelPath) =>
        {
            var known = levels.Count < stored?.Levels.Count ? stored.Levels[levels.Count] : null;
            levels.Add(AddLevel(id, level, levelPath, level.Id.Length > 0 ? level.Id : known));
        });
        Want(new Service { Id = id, Name = service.Name, OfflineHtml = service.OfflineHtml, Levels = levels }, path);
    }

    private string AddLevel(int serviceId, LevelConfiguration level, string path, string? id)
    {
        id ??= Level.NewId();
        var widgetId = level.Widget is { } name ? Named<Widget>(name, $"{path}.widget")?.Id ?? 0 : level.WidgetId;
        var record = new Level { Id = id, ServiceId = serviceId, WidgetId = widgetId, Html = level.Html }
            .LeadingTo(Named<NamedRecord>(level.Name, $"{path}.name"));
        Check(record, path);
        if (wanted.TryAdd(record.RowKey, record)) paths[record.RowKey] = path;
        return id;
    }

    private void AddSubscription(Subscription subscription, string path)
    {
        subscription = subscription with
        {
            QueueId = QueueId(subscription.QueueId, subscription.Queue, $"{path}.queue"),
            Queue = null,
            ServiceId = subscription.Service is { } service ? Named<Service>(service, $"{path}.service")?.Id : subscription.ServiceId,
            Service = null,
            AgentId = subscription.Agent is { } agent ? Named<Agent>(agent, $"{path}.agent")?.Id : subscription.AgentId,
            Agent = null,
        };
        int? Known() => Unmatched<Subscription>(other => other.Url, subscription.Url)?.Id;
        Want(subscription with { Id = IdOf(subscription.Id, path, Known) }, path);
    }

    /// <summary>Overflows may lead to queues that stand behind their own.</summary>
    private void LeadOverflows()
    {
        foreach (var queue in wanted.Values.OfType<Queue>().ToList())
            wanted[queue.RowKey] = queue.Overflowing((property, overflow) => new Overflow(
                overflow.To,
                QueueId(overflow.QueueId, overflow.Queue, Configuration.PathOf(paths[queue.RowKey], $"{property}.{nameof(Queue)}"))
            ));
    }

    private int? QueueId(int? id, string? name, string path) => name is null ? id : Named<Queue>(name, path)?.Id;

    /// <summary>The item that is meant by a name: the one that has it, or the only one that has it as its display name.</summary>
    private T? Named<T>(string name, string path)
        where T : class, IDirectoryRecord
    {
        if (names.GetValueOrDefault(Names.Normal(name)) is T named) return named;
        if (!displayed.TryGetValue(typeof(T), out var byName))
            byName = displayed[typeof(T)] = wanted.Values.Where(record => record is T).ToLookup(DisplayNameOf, StringComparer.Ordinal);
        var meant = byName[Names.Normal(name)].Take(2).ToList();
        if (meant is [T one]) return one;
        var what = typeof(T) == typeof(NamedRecord) ? "queue or agent" : RecordKind.All.First(kind => kind.Type == typeof(T)).Word;
        Fail(path, meant.Count == 0 ? $"names no {what} of this document." : $"is the display name of more than one {what}.");
        unnamed.UnionWith([path, $"{path}Id"]);
        return null;
    }

    private static string DisplayNameOf(IDirectoryRecord record) => Names.Normal(record switch
    {
        NamedRecord named => named.DisplayName,
        Group group => group.DisplayName,
        Widget widget => widget.Name,
        Service service => service.Name,
        var other => throw new InvalidOperationException($"{other.RowKey} has no name."),
    });

    private void AddCallback(Callback callback, string path)
    {
        if (callback.Agent is { } name)
            callback = callback with { AgentId = Named<Agent>(name, $"{path}.agent")?.Id ?? 0, Agent = null };
        called[callback.AgentId] = called.GetValueOrDefault(callback.AgentId) + 1;
        if (called[callback.AgentId] > Agent.MaxCallbacks)
            Fail(path, $"is more than the {Agent.MaxCallbacks} callbacks that an agent can have.");
        Want(
            callback with
            {
                Id = IdOf(
                    callback.Id,
                    path,
                    () => Unmatched<Callback>(other => other with { Id = 0 }, callback with { Id = 0 })?.Id
                ),
            },
            path
        );
    }

    private void Fail(string path, string fault)
    {
        if (errors.Count < MaxErrors) errors.Add(new DocumentError(path, fault));
    }

    private void Check(IDirectoryRecord record, string path)
    {
        foreach (var (property, fault) in record.Faults()) Fail(Configuration.PathOf(path, property), fault);
    }

    private void Want(IDirectoryRecord record, string path)
    {
        Check(record, path);
        if (!wanted.TryAdd(record.RowKey, record)) Fail(path, "has the id of another item.");
        else paths[record.RowKey] = path;
        if (record is NamedRecord named && !names.TryAdd(named.Name, named)) Fail($"{path}.name", "is another queue's or agent's.");
    }

    /// <summary>An item may refer to one behind it.</summary>
    private void CheckReferences()
    {
        foreach (var (key, path) in paths)
        {
            foreach (var reference in wanted[key].References().Where(reference => !wanted.ContainsKey(reference.Key)))
            {
                var place = Configuration.PathOf(path, reference.Property);
                if (!unnamed.Contains(place)) Fail(place, $"is no {reference.What}.");
            }
        }
    }

    private void CheckTaken(UniqueValue value, string path)
    {
        if (taken.Count < MaxErrors && edit.IsTakenElsewhere(value)) taken.Add(new DocumentError(path, value.Fault));
    }

    /// <summary>The first stored record of the kind with a key that nothing before in the document stands for.</summary>
    private T? Unmatched<T>(Func<T, object> keyOf, object key)
        where T : class, IDirectoryRecord
    {
        if (!stored.TryGetValue(typeof(T), out var byKey))
        {
            byKey = stored[typeof(T)] = before.All<T>().OrderBy(record => record.RowKey, StringComparer.Ordinal).GroupBy(keyOf)
                .ToDictionary(same => same.Key, same => new Candidates(same));
        }
        if (!byKey.TryGetValue(key, out var candidates)) return null;
        while (candidates.TryPeek(out var first))
        {
            if (!wanted.ContainsKey(first.RowKey)) return (T)first;
            candidates.Dequeue();
        }
        return null;
    }

    private int IdOf(int id, string path, Func<int?> known)
    {
        if (id is < 0 or > Names.MaxGivenId) Fail($"{path}.id", $"must be from 1 to {Names.MaxGivenId}.");
        return id > 0 ? id : known() ?? edit.TakeId();
    }

    private string ExternalIdOf(string id, string? known, string prefix, string path)
    {
        if (id.Length == 0) id = known ?? Names.NewId(prefix);
        if (!externalIds.Add(id)) Fail(path, "is another item's.");
        return id;
    }

    private string NameOf(string name, string? known, string displayName, string path)
    {
        if (name.Length == 0)
            name =
                known
                ?? Names.Derive(
                    displayName,
                    taken => names.ContainsKey(taken) || givenNames.Contains(taken) || edit.IsTakenElsewhere(taken)
                );
        if (name != known) CheckTaken(UniqueValue.Name(name, ClaimHolder.Queue), path);
        return name;
    }
}

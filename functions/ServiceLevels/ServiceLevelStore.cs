using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.ServiceLevels;

/// <summary>A service level on the wire. Source: LibraryH3lp, "Service levels".</summary>
/// <param name="Type"><c>queues</c> or <c>users</c>.</param>
internal sealed record ServiceLevel(int ServiceId, int Level, string Type, string Name, int WidgetId, string Html)
{
    public static ServiceLevel Of(AccountDirectory directory, Level level, int index) =>
        new(
            level.ServiceId,
            index,
            level.Target == LevelTarget.Queue ? "queues" : "users",
            directory.NameOf(level),
            level.WidgetId,
            level.Html
        );
}

/// <summary>What a request says of a level; null where it leaves a property alone.</summary>
internal sealed record LevelWish(string? Name, int? WidgetId, string? Html)
{
    public static readonly IReadOnlyDictionary<string, string> FieldNames =
        new Dictionary<string, string> { [nameof(Directory.Level.Html)] = "html" };

    public static LevelWish Read(Fields fields) =>
        new(fields.Text("name", 200), fields.Integer("widgetId"), fields.Text("html"));
}

/// <summary>
/// The levels of a service, 0..n-1 without gaps. Each operation is one transaction: the order is one row, and the
/// levels' contents keep their own.
/// </summary>
internal sealed class ServiceLevelStore(DirectoryStore directories)
{
    /// <exception cref="DomainException">There is no such service.</exception>
    public async Task<Reply> ListAsync(int accountId, string serviceId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var service = directory.ServiceOf(serviceId);
        return Reply.LargeJson(
            service.Levels.Select((id, index) => ServiceLevel.Of(directory, directory.Level(service.Id, id), index)).ToList()
        );
    }

    /// <exception cref="DomainException">There is no such service or level.</exception>
    public async Task<Reply> GetAsync(int accountId, string serviceId, string level, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var (service, index) = Find(directory, serviceId, level);
        return Reply.Json(new[] { ServiceLevel.Of(directory, directory.Level(service.Id, service.Levels[index]), index) });
    }

    /// <summary>At an existing level it shifts that one and those below down; past the end it lands at the end.</summary>
    public async Task<Reply> CreateAsync(int accountId, string serviceId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        var level = fields.RequiredInteger("level");
        fields.RequiredText("name", 200);
        fields.RequiredInteger("widgetId");
        var wish = LevelWish.Read(fields);
        var shown = await directories.ChangeAsync(accountId, edit =>
        {
            var service = edit.Directory.ServiceOf(serviceId);
            if (service.Levels.Count >= Service.MaxLevels)
                throw DomainException.Invalid(
                    "level",
                    $"cannot be added: the service has {Service.MaxLevels} levels, the most there can be."
                );
            var created = Changed(edit.Directory, new Level { Id = Level.NewId(), ServiceId = service.Id }, wish);
            var index = Math.Min(level, service.Levels.Count);
            edit.Put(created);
            edit.Put(service with { Levels = [.. service.Levels.Take(index), created.Id, .. service.Levels.Skip(index)] });
            return ServiceLevel.Of(edit.Directory, created, index);
        }, cancellationToken);
        return Reply.Json(shown);
    }

    public async Task<Reply> ChangeAsync(
        int accountId,
        string serviceId,
        string level,
        HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var wish = LevelWish.Read(await Fields.ReadBodyAsync(request, cancellationToken));
        var shown = await directories.ChangeAsync(accountId, edit =>
        {
            var (service, index) = Find(edit.Directory, serviceId, level);
            var stored = edit.Directory.Level(service.Id, service.Levels[index]);
            var changed = Changed(edit.Directory, stored, wish);
            if (changed != stored) edit.Put(changed);
            return ServiceLevel.Of(edit.Directory, changed, index);
        }, cancellationToken);
        return Reply.Json(new[] { shown });
    }

    public async Task<Reply> DeleteAsync(int accountId, string serviceId, string level, CancellationToken cancellationToken)
    {
        await directories.ChangeAsync(accountId, edit =>
        {
            var (service, index) = Find(edit.Directory, serviceId, level);
            edit.Remove(edit.Directory.Level(service.Id, service.Levels[index]));
            edit.Put(service with { Levels = [.. service.Levels.Where((_, other) => other != index)] });
            return index;
        }, cancellationToken);
        return LibraryH3lpRequest.Done();
    }

    /// <summary>Swaps a level with its neighbour; at the end it changes nothing.</summary>
    /// <param name="step">-1 for up, 1 for down.</param>
    public async Task<Reply> MoveAsync(int accountId, string serviceId, string level, int step, CancellationToken cancellationToken)
    {
        var shown = await directories.ChangeAsync(accountId, edit =>
        {
            var (service, index) = Find(edit.Directory, serviceId, level);
            var moved = edit.Directory.Level(service.Id, service.Levels[index]);
            var target = index + step;
            if (target < 0 || target >= service.Levels.Count) return ServiceLevel.Of(edit.Directory, moved, index);
            var levels = service.Levels.ToArray();
            (levels[index], levels[target]) = (levels[target], levels[index]);
            edit.Put(service with { Levels = levels });
            return ServiceLevel.Of(edit.Directory, moved, target);
        }, cancellationToken);
        return Reply.Json(shown);
    }

    private static Level Changed(AccountDirectory directory, Level level, LevelWish wish)
    {
        if (wish.Name is { } name)
            level = level.LeadingTo(
                directory.Named(name) ?? throw new DomainException(ErrorKind.Invalid, $"name {name} is no queue's or user's.", "name")
            );
        if (wish.WidgetId is { } widgetId)
            level = widgetId != 0 && directory.Widget(widgetId) is null
                ? throw new DomainException(ErrorKind.Invalid, $"widgetId {widgetId} is no widget's.", "widgetId")
                : level with
                {
                    WidgetId = widgetId,
                };
        return wish.Html is { } html ? level with { Html = html } : level;
    }

    private static (Service Service, int Index) Find(AccountDirectory directory, string serviceId, string level)
    {
        var service = directory.ServiceOf(serviceId);
        return WireId.Parse(level) is { } index && index < service.Levels.Count
            ? (service, index)
            : throw DomainException.NotFound($"Level {level} of service {serviceId}");
    }
}

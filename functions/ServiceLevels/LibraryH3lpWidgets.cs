using System.Collections.Immutable;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.ServiceLevels;

/// <summary>Widgets: name, style properties with defaults, and where the default link leads. Source: LibraryH3lp, "Widgets".</summary>
internal sealed class LibraryH3lpWidgets(DirectoryStore directories)
{
    public static readonly IReadOnlyDictionary<string, string> FieldNames = new Dictionary<string, string>
    {
        [nameof(Widget.Name)] = "name",
        [nameof(Widget.ChatUrl)] = "chat-url",
        [nameof(Widget.Style)] = "The style",
    };

    // The resource's own properties, and what clients send back with them.
    private static readonly string[] NoStyle = ["id", "type", "name", "shared", "chat-url"];

    public async Task<Reply> ListAsync(int accountId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        return Reply.LargeJson(directory.All<Widget>().OrderBy(widget => widget.Id).Select(Show));
    }

    public async Task<Reply> GetAsync(int accountId, string widgetId, CancellationToken cancellationToken) =>
        Reply.Json(Show((await directories.GetAsync(accountId, cancellationToken)).WidgetOf(widgetId)));

    public async Task<Reply> CreateAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        fields.Require("name");
        return await PutAsync(accountId, fields, edit => new Widget { Id = edit.TakeId() }, cancellationToken);
    }

    public async Task<Reply> ChangeAsync(int accountId, string widgetId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        return await PutAsync(accountId, fields, edit => edit.Directory.WidgetOf(widgetId), cancellationToken);
    }

    public async Task<Reply> DeleteAsync(int accountId, string widgetId, CancellationToken cancellationToken)
    {
        await directories.ChangeAsync(accountId, edit =>
        {
            var widget = edit.Directory.WidgetOf(widgetId);
            edit.RemoveUnused(widget, $"widget {widget.Id}");
            return widget;
        }, cancellationToken);
        return LibraryH3lpRequest.Done();
    }

    private async Task<Reply> PutAsync(
        int accountId,
        Fields fields,
        Func<DirectoryEdit, Widget> stored,
        CancellationToken cancellationToken
    ) => Reply.Json(Show(await directories.ChangeAsync(accountId, edit => edit.Put(Read(fields, stored(edit))), cancellationToken)));

    private static Widget Read(Fields fields, Widget widget)
    {
        var style = widget.Style.ToImmutableDictionary(StringComparer.Ordinal)
            .SetItems(
                fields
                    .Names.Where(name => !NoStyle.Contains(name) && fields.Has(name))
                    .Select(name => KeyValuePair.Create(name, fields.Raw(name)))
            );
        return widget with
        {
            Name = fields.Text("name") ?? widget.Name,
            Shared = fields.Flag("shared") ?? widget.Shared,
            ChatUrl = fields.Text("chat-url") ?? widget.ChatUrl,
            Style = style,
        };
    }

    private static Dictionary<string, object> Show(Widget widget)
    {
        var shown = new Dictionary<string, object> { ["id"] = widget.Id, ["name"] = widget.Name, ["shared"] = widget.Shared };
        foreach (var (name, value) in WidgetStyle.Defaults) shown[name] = value;
        foreach (var (name, value) in widget.Style.OrderBy(property => property.Key, StringComparer.Ordinal)) shown[name] = value;
        shown["chat-url"] = widget.ChatUrl;
        return shown;
    }
}

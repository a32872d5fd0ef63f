using System.Collections.Immutable;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using static ContactRouting.ServiceLevels.LibraryH3lpRequest;

namespace ContactRouting.ServiceLevels;

/// <summary>Widgets: name, style properties with defaults, and where the default link leads. Source: LibraryH3lp, "Widgets".</summary>
internal sealed class WidgetFunctions(LibraryH3lpApi api, DirectoryStore directories)
{
    // The resource's own properties, and what clients send back with them.
    private static readonly string[] NoStyle = ["id", "type", "name", "shared", "chat-url"];

    private static readonly Dictionary<string, string> FieldNames = new()
    {
        [nameof(Widget.Name)] = "name",
        [nameof(Widget.ChatUrl)] = "chat-url",
        [nameof(Widget.Style)] = "The style",
    };

    [Function("LibraryH3lpWidgets")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/widgets")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            FieldNames = FieldNames,
            Get = async caller =>
            {
                var directory = await directories.GetAsync(caller.AccountId, cancellationToken);
                return Reply.LargeJson(directory.All<Widget>().OrderBy(widget => widget.Id).Select(Show));
            },
            Post = async caller =>
            {
                var fields = await Fields.ReadBodyAsync(request, cancellationToken);
                fields.Require("name");
                return Reply.Json(
                    Show(
                        await directories.ChangeAsync(
                            caller.AccountId,
                            edit => edit.Put(Read(fields, new Widget { Id = edit.TakeId() })),
                            cancellationToken
                        )
                    )
                );
            },
        }, cancellationToken);

    [Function("LibraryH3lpWidget")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/widgets/{widgetId}")] HttpRequest request,
        string widgetId,
        CancellationToken cancellationToken
    )
    {
        return api.ServeAsync(request, new()
        {
            FieldNames = FieldNames,
            Get = async caller => Reply.Json(Show((await directories.GetAsync(caller.AccountId, cancellationToken)).WidgetOf(widgetId))),
            Put = caller => ChangeAsync(caller.AccountId),
            Patch = caller => ChangeAsync(caller.AccountId),
            Delete = async caller =>
            {
                await directories.ChangeAsync(caller.AccountId, edit =>
                {
                    var widget = edit.Directory.WidgetOf(widgetId);
                    edit.RemoveUnused(widget, $"widget {widget.Id}");
                    return widget;
                }, cancellationToken);
                return LibraryH3lpRequest.Done();
            },
        }, cancellationToken);

        async Task<Reply> ChangeAsync(int accountId)
        {
            var fields = await Fields.ReadBodyAsync(request, cancellationToken);
            return Reply.Json(
                Show(
                    await directories.ChangeAsync(
                        accountId,
                        edit => edit.Put(Read(fields, edit.Directory.WidgetOf(widgetId))),
                        cancellationToken
                    )
                )
            );
        }
    }

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

using System.Text.Json;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.UserServices;

/// <summary>The catalogue of assignable services. Source: APIO, "User Services"; PUT and DELETE are ours.</summary>
internal sealed class UserServiceFunctions(ApioApi api, DirectoryStore directories)
{
    [Function("ApioUserServices")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/configs/user_services")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = async caller =>
            {
                var filter = UserServiceFilter.Read(await Fields.ReadAsync(request, cancellationToken));
                var directory = await directories.GetAsync(caller.AccountId, cancellationToken);
                var found = directory
                    .All<UserService>()
                    .Where(filter.Passes)
                    .OrderBy(service => service.TechnicalName, StringComparer.Ordinal);
                return Reply.LargeJson(new { user_services = found.Select(UserServiceWire.InList) });
            },
        }, cancellationToken);

    [Function("ApioUserService")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/v1/configs/user_services/{segment}")] HttpRequest request,
        string segment,
        CancellationToken cancellationToken
    )
    {
        // The one character that arrives encoded.
        var name = segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return api.ServeAsync(request, new()
        {
            FieldNames = UserServiceWire.FieldNames,
            Get = async caller =>
                Reply.Json(UserServiceWire.Instance(Find(await directories.GetAsync(caller.AccountId, cancellationToken), name))),
            Put = async caller =>
            {
                var fields = await Fields.ReadBodyAsync(request, cancellationToken);
                return Reply.Json(
                    UserServiceWire.Instance(
                        await directories.ChangeAsync(
                            caller.AccountId,
                            edit =>
                                edit.Put(
                                    UserServiceWire.Read(
                                        fields,
                                        edit.Directory.UserService(name) ?? new UserService { TechnicalName = name, DisplayName = name }
                                    )
                                ),
                            cancellationToken
                        )
                    )
                );
            },
            Delete = async caller =>
            {
                await directories.ChangeAsync(caller.AccountId, edit =>
                {
                    edit.Remove(Find(edit.Directory, name));
                    return true;
                }, cancellationToken);
                return Reply.Empty(StatusCodes.Status204NoContent);
            },
        }, cancellationToken);
    }

    private static UserService Find(AccountDirectory directory, string name) =>
        directory.UserService(name) ?? throw DomainException.NotFound("User service");
}

/// <summary>Which services a list asks for: those with all the flags that are set; a false one filters nothing.</summary>
internal sealed record UserServiceFilter(bool ForHg, bool ForCc, bool ForIvr, bool ForEnduser)
{
    public static UserServiceFilter Read(Fields fields) =>
        new(
            fields.Flag("for_hg") ?? false,
            fields.Flag("for_cc") ?? false,
            fields.Flag("for_ivr") ?? false,
            fields.Flag("for_enduser") ?? false
        );

    public bool Passes(UserService service) =>
        (!ForHg || service.ForHg) && (!ForCc || service.ForCc) && (!ForIvr || service.ForIvr) && (!ForEnduser || service.ForEnduser);
}

/// <summary>A user service on the wire.</summary>
internal static class UserServiceWire
{
    public static readonly IReadOnlyDictionary<string, string> FieldNames = new Dictionary<string, string>
    {
        [nameof(UserService.TechnicalName)] = "technical_name",
        [nameof(UserService.DisplayName)] = "display_name",
        [nameof(UserService.Description)] = "description",
        [nameof(UserService.AddData)] = "add_data",
    };

    private static readonly JsonElement Empty = JsonDocument.Parse("{}").RootElement;

    public static object InList(UserService service) => new
    {
        technical_name = service.TechnicalName,
        display_name = service.DisplayName,
        description = service.Description,
        no_more_assignable = service.NoMoreAssignable,
    };

    public static object Instance(UserService service) => new
    {
        technical_name = service.TechnicalName,
        display_name = service.DisplayName,
        description = service.Description,
        no_more_assignable = service.NoMoreAssignable,
        for_hg = service.ForHg,
        for_ivr = service.ForIvr,
        for_cc = service.ForCc,
        for_enduser = service.ForEnduser,
        add_data = service.AddData ?? Empty,
    };

    /// <summary>A service as the request wishes it; the path alone names it.</summary>
    public static UserService Read(Fields fields, UserService service)
    {
        if (fields.Text("technical_name", UserService.MaxNameLength) is { } name && Names.Normal(name) != service.TechnicalName)
            throw DomainException.Invalid("technical_name", "is not the one in the path.");
        return service with
        {
            DisplayName = fields.Text("display_name") ?? service.DisplayName,
            Description = fields.Text("description") ?? service.Description,
            NoMoreAssignable = fields.Flag("no_more_assignable") ?? service.NoMoreAssignable,
            ForHg = fields.Flag("for_hg") ?? service.ForHg,
            ForIvr = fields.Flag("for_ivr") ?? service.ForIvr,
            ForCc = fields.Flag("for_cc") ?? service.ForCc,
            ForEnduser = fields.Flag("for_enduser") ?? service.ForEnduser,
            AddData = fields.Has("add_data") ? fields.Raw("add_data") : service.AddData,
        };
    }
}

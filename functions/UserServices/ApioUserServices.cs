using System.Text.Json;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.UserServices;

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

/// <summary>The catalogue of assignable services. Source: APIO, "User Services"; PUT and DELETE are ours.</summary>
internal sealed class ApioUserServices(DirectoryStore directories)
{
    public static readonly IReadOnlyDictionary<string, string> FieldNames = new Dictionary<string, string>
    {
        [nameof(UserService.TechnicalName)] = "technical_name",
        [nameof(UserService.DisplayName)] = "display_name",
        [nameof(UserService.Description)] = "description",
        [nameof(UserService.AddData)] = "add_data",
    };

    private static readonly JsonElement Empty = JsonDocument.Parse("{}").RootElement;

    public async Task<Reply> ListAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var filter = UserServiceFilter.Read(await Fields.ReadAsync(request, cancellationToken));
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var found = directory.All<UserService>().Where(filter.Passes).OrderBy(service => service.TechnicalName, StringComparer.Ordinal);
        return Reply.LargeJson(new { user_services = found.Select(InList) });
    }

    public async Task<Reply> GetAsync(int accountId, string segment, CancellationToken cancellationToken) =>
        Reply.Json(Instance(Find(await directories.GetAsync(accountId, cancellationToken), NameIn(segment))));

    public async Task<Reply> PutAsync(int accountId, string segment, HttpRequest request, CancellationToken cancellationToken)
    {
        var name = NameIn(segment);
        var fields = await Fields.ReadBodyAsync(request, cancellationToken);
        var put = await directories.ChangeAsync(
            accountId,
            edit => edit.Put(
                Read(fields, edit.Directory.UserService(name) ?? new UserService { TechnicalName = name, DisplayName = name })
            ),
            cancellationToken
        );
        return Reply.Json(Instance(put));
    }

    public async Task<Reply> RemoveAsync(int accountId, string segment, CancellationToken cancellationToken)
    {
        await directories.ChangeAsync(accountId, edit => edit.Remove(Find(edit.Directory, NameIn(segment))), cancellationToken);
        return Reply.Empty(StatusCodes.Status204NoContent);
    }

    /// <summary>Decodes the one character that arrives encoded.</summary>
    private static string NameIn(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static UserService Find(AccountDirectory directory, string name) =>
        directory.UserService(name) ?? throw DomainException.NotFound("User service");

    private static object InList(UserService service) => new
    {
        technical_name = service.TechnicalName,
        display_name = service.DisplayName,
        description = service.Description,
        no_more_assignable = service.NoMoreAssignable,
    };

    private static object Instance(UserService service) => new
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
    private static UserService Read(Fields fields, UserService service)
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

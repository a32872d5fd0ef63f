using System.Text.Json;
using ContactRouting.Accounts;
using ContactRouting.Directory;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>What holds for an account as a whole. A change names what it changes; the rest stays.</summary>
internal sealed class SettingsResource(AccountStore accounts)
{
    public async Task<Reply> GetAsync(int accountId, CancellationToken cancellationToken) =>
        Show((await accounts.GetAsync(accountId, cancellationToken)).Settings);

    public async Task<Reply> ChangeAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var json = await RequestBody.ReadObjectAsync(request, cancellationToken);
        var errors = DocumentShape.Faults(json, typeof(AccountSettings)).ToList();
        if (errors.Count > 0) throw DomainException.Of(ErrorKind.Invalid, "The settings cannot be read", errors);
        var changed = await accounts.ChangeSettingsAsync(
            accountId,
            settings =>
            {
                Match(request, settings);
                return Merged(settings, json);
            },
            cancellationToken
        );
        return Show(changed);
    }

    private static AccountSettings Merged(AccountSettings settings, JsonElement changes)
    {
        var merged = JsonSerializer.SerializeToNode(settings, DirectoryJson.Options)!.AsObject();
        foreach (var change in changes.EnumerateObject()) merged[change.Name] = JsonSerializer.SerializeToNode(change.Value);
        var wish = merged.Deserialize<AccountSettings>(DirectoryJson.Options)!;
        return wish.Faults().FirstOrDefault() is { } fault
            ? throw DomainException.Of(fault, JsonNamingPolicy.CamelCase.ConvertName(fault.Property))
            : wish;
    }

    private static Reply Show(AccountSettings settings)
    {
        var body = Bytes(settings);
        return Reply.Bytes(body, Reply.JsonType).With("ETag", EntityTag.Of(body));
    }

    private static void Match(HttpRequest request, AccountSettings settings)
    {
        var expected = request.Headers.IfMatch.ToString();
        if (expected.Length > 0 && expected != "*" && expected != EntityTag.Of(Bytes(settings)))
            throw new DomainException(ErrorKind.PreconditionFailed, "The settings are others by now; nothing was changed.", "If-Match");
    }

    private static byte[] Bytes(AccountSettings settings) => JsonSerializer.SerializeToUtf8Bytes(settings, DirectoryJson.Options);
}

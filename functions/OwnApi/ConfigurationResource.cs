using System.Globalization;
using System.Text.Json;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace ContactRouting.OwnApi;

internal sealed class ConfigurationResource(DirectoryStore directories, ConfigurationStore configurations, IOptions<DirectoryLimits> limits)
{
    public async Task<Reply> GetAsync(int accountId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        return Reply.LargeJson(Configuration.Of(directory), DirectoryJson.Options).With("ETag", ETag(directory.Version));
    }

    public async Task<Reply> PutAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var expected = request.Headers.IfMatch.ToString();
        if (expected.Length == 0)
            throw new DomainException(
                ErrorKind.PreconditionRequired,
                "The header If-Match is required: the ETag of the configuration that was read, or *.",
                "If-Match"
            );
        var applies = request.Query["dryRun"] switch
        {
            [] or ["false"] => true,
            ["true"] => false,
            _ => throw DomainException.Invalid("dryRun", "must be true, to show what would change, or false."),
        };
        var document = await ReadAsync(request, cancellationToken);
        if (!applies)
        {
            var changes = await configurations.CompareAsync(accountId, document, version => Match(expected, version), cancellationToken);
            return Reply.LargeJson(new { changes });
        }
        await configurations.ApplyAsync(accountId, document, version => Match(expected, version), cancellationToken);
        return await GetAsync(accountId, cancellationToken);
    }

    private static void Match(string expected, long version)
    {
        if (expected != "*" && expected != ETag(version))
            throw new DomainException(
                ErrorKind.PreconditionFailed,
                $"The configuration is at {ETag(version)} now; nothing was changed.",
                "If-Match"
            );
    }

    private async Task<Configuration> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(request, cancellationToken, DirectoryLimits.MaxDocumentBytes);
        limits.Value.RefuseDocument(body.Span, new() { AllowTrailingCommas = true, MaxDepth = DirectoryJson.Options.MaxDepth });
        var json = RequestBody.ParseObject(body, DirectoryJson.Options.MaxDepth);
        var errors = DocumentShape.Faults(json, typeof(Configuration)).Take(ConfigurationPlan.MaxErrors).ToList();
        return errors.Count == 0
            ? json.Deserialize<Configuration>(DirectoryJson.Options)!
            : throw DomainException.Of(ErrorKind.Invalid, "The configuration cannot be read", errors);
    }

    private static string ETag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}

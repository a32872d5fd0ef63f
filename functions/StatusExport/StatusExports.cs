using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.StatusExport;

/// <summary>Live Guide's status export.</summary>
internal sealed class StatusExports(Snapshots snapshots)
{
    public async Task<Reply> ServeAsync(int accountId, HttpRequest request)
    {
        var isXml = Word(request, "format", "json", "xml") == "xml";
        var perDepartment = Word(request, "perDepartment", "false", "true") == "true";
        var variant = (isXml, perDepartment) switch
        {
            (false, false) => SnapshotVariant.Json,
            (false, true) => SnapshotVariant.JsonDepartments,
            (true, false) => SnapshotVariant.Xml,
            _ => SnapshotVariant.XmlDepartments,
        };
        return (await snapshots.ServeAsync(accountId, variant, request)).With("Referrer-Policy", "no-referrer");
    }

    private static string Word(HttpRequest request, string name, string standard, string other) => request.Query[name] switch
    {
        [] => standard,
        [var value] when value == standard || value == other => value,
        _ => throw DomainException.Invalid(name, $"must be {standard} or {other}."),
    };
}

using System.Diagnostics.CodeAnalysis;
using ContactRouting.AgentEvents;
using ContactRouting.Errors;
using ContactRouting.GroupRouting;
using ContactRouting.Http;
using ContactRouting.ServiceLevels;
using ContactRouting.ServiceLevels.Embedding;
using ContactRouting.StatusExport;
using ContactRouting.UserServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.Hosting;

/// <summary>
/// Paths that nobody serves, refused as the format does that they begin like; to its clients an empty 404 is an empty list.
/// The Functions host takes the first function that matches, by name: these names are behind all others.
/// </summary>
[SuppressMessage("Performance", "CA1822", Justification = "The worker calls instance methods.")]
internal sealed class UnservedFunctions
{
    /// <summary>LibraryH3lp's, and what begins like its unversioned paths.</summary>
    [Function("ZUnservedVersion")]
    public IResult Version(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = LibraryH3lpRequest.Root + "/{*path}")] HttpRequest request,
        string version,
        string? path
    ) =>
        $"{version}/{path?.Split('/')[0]}".ToLowerInvariant() switch
        {
            "api/v1" => ApioApi.Refusal(Unserved(request)),
            "api/ver1.0" => RingMeApi.Refusal(Unserved(request)),
            _ => LibraryH3lpRequest.Refusal(Unserved(request)),
        };

    [Function("ZUnservedPresence")]
    public IResult Presence([HttpTrigger(AuthorizationLevel.Anonymous, Route = "presence/{*path}")] HttpRequest request) =>
        LibraryH3lpPublicApi.Refusal(Unserved(request));

    [Function("ZUnservedScript")]
    public IResult Script([HttpTrigger(AuthorizationLevel.Anonymous, Route = "js/{*path}")] HttpRequest request) =>
        LibraryH3lpPublicApi.Refusal(Unserved(request));

    [Function("ZUnservedChat")]
    public IResult Chat([HttpTrigger(AuthorizationLevel.Anonymous, Route = "chat/{*path}")] HttpRequest request) =>
        LibraryH3lpPublicApi.Refusal(Unserved(request));

    [Function("ZUnservedClient")]
    public IResult Client([HttpTrigger(AuthorizationLevel.Anonymous, Route = "client/{*path}")] HttpRequest request) =>
        RingMeApi.Refusal(Unserved(request));

    [Function("ZUnservedExtension")]
    public IResult Extension([HttpTrigger(AuthorizationLevel.Anonymous, Route = "extension/{*path}")] HttpRequest request) =>
        RingMeApi.Refusal(Unserved(request));

    [Function("ZUnservedQueue")]
    public IResult Queue([HttpTrigger(AuthorizationLevel.Anonymous, Route = "queue/{*path}")] HttpRequest request) =>
        RingMeApi.Refusal(Unserved(request));

    [Function("ZUnservedClientInformation")]
    public IResult ClientInformation([HttpTrigger(AuthorizationLevel.Anonymous, Route = "client_info/{*path}")] HttpRequest request) =>
        RingMeApi.Refusal(Unserved(request));

    [Function("ZUnservedUser")]
    public IResult User([HttpTrigger(AuthorizationLevel.Anonymous, Route = "user/{*path}")] HttpRequest request) =>
        RingMeApi.Refusal(Unserved(request));

    [Function("ZUnservedToken")]
    public IResult Token([HttpTrigger(AuthorizationLevel.Anonymous, Route = "oauth/{*path}")] HttpRequest request) =>
        RingMeApi.Refusal(Unserved(request));

    [Function("ZUnservedStringee")]
    public IResult Stringee([HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/{*path}")] HttpRequest request) =>
        StringeeApi.Refusal(Unserved(request));

    [Function("ZUnservedExport")]
    public IResult Export([HttpTrigger(AuthorizationLevel.Anonymous, Route = "lg/{*path}")] HttpRequest request) =>
        LiveGuideApi.Refusal(Unserved(request));

    [Function("ZUnservedRouting")]
    public IResult Routing([HttpTrigger(AuthorizationLevel.Anonymous, Route = "routing/{*path}")] HttpRequest request) =>
        Problem.From(Unserved(request));

    [Function("ZUnservedOperator")]
    public IResult Operator([HttpTrigger(AuthorizationLevel.Anonymous, Route = "operator/{*path}")] HttpRequest request) =>
        Problem.From(Unserved(request));

    [Function("ZUnservedHooks")]
    public IResult Hooks([HttpTrigger(AuthorizationLevel.Anonymous, Route = "hooks/{*path}")] HttpRequest request) =>
        Problem.From(Unserved(request));

    [Function("ZUnservedDocs")]
    public IResult Docs([HttpTrigger(AuthorizationLevel.Anonymous, Route = "docs/{*path}")] HttpRequest request) =>
        Problem.From(Unserved(request));

    private static DomainException Unserved(HttpRequest request) => DomainException.NotFound(request.Path.Value ?? "/");
}

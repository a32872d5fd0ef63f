using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.AgentEvents;

/// <summary>RingMe's resources about the client itself, each under both forms of its path.</summary>
internal sealed class RingMeFunctions(RingMeApi api, RingMeClients clients)
{
    [Function("RingMeUser")]
    public Task<IResult> User(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "user")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = accountId => clients.GetUserAsync(accountId, cancellationToken) }, cancellationToken);

    [Function("RingMeUserDeployed")]
    public Task<IResult> UserDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/user")] HttpRequest request,
        CancellationToken cancellationToken
    ) => User(request, cancellationToken);

    [Function("RingMeLimit")]
    public Task<IResult> Limit(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "client/{clientId}/limit")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = _ => clients.GetLimitAsync() }, cancellationToken);

    [Function("RingMeLimitDeployed")]
    public Task<IResult> LimitDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/client/{clientId}/limit")] HttpRequest request,
        CancellationToken cancellationToken
    ) => Limit(request, cancellationToken);

    [Function("RingMeClientInformation")]
    public Task<IResult> Information(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "client_info/{clientId}")] HttpRequest request,
        CancellationToken cancellationToken
    ) => api.ServeAsync(request, new() { Get = accountId => clients.GetAsync(accountId, cancellationToken) }, cancellationToken);

    [Function("RingMeClientInformationDeployed")]
    public Task<IResult> InformationDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/client_info/{clientId}")] HttpRequest request,
        CancellationToken cancellationToken
    ) => Information(request, cancellationToken);

    /// <summary>As a client library asks for it.</summary>
    [Function("RingMeClientInformationAlias")]
    public Task<IResult> InformationAlias(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "client/client_info/{clientId}")] HttpRequest request,
        CancellationToken cancellationToken
    ) => Information(request, cancellationToken);

    [Function("RingMeClientInformationAliasDeployed")]
    public Task<IResult> InformationAliasDeployed(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/ver1.0/client/client_info/{clientId}")] HttpRequest request,
        CancellationToken cancellationToken
    ) => Information(request, cancellationToken);
}

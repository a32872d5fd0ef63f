using ContactRouting.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.AgentEvents;

internal sealed class AgentEventSink(SinkApi api, AgentLogins logins)
{
    [Function("AgentEventSink")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "hooks/{sinkToken}/agent-events")] HttpRequest request,
        string sinkToken,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = accountId => logins.ReceiveAsync(accountId, request, cancellationToken),
            Post = accountId => logins.ReceiveAsync(accountId, request, cancellationToken),
            GetWrites = true,
        }, cancellationToken);
}

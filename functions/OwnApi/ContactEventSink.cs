using ContactRouting.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class ContactEventSink(SinkApi api, ContactEvents events)
{
    [Function("ContactEventSink")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "hooks/{sinkToken}/contact-events")] HttpRequest request,
        string sinkToken,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = accountId => events.ReceiveAsync(accountId, request, cancellationToken),
        }, cancellationToken);
}

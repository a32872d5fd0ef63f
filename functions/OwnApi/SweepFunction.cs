using ContactRouting.Accounts;
using ContactRouting.Http;
using ContactRouting.Sweep;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

/// <summary>What the timer does, now.</summary>
internal sealed class SweepFunction(OperatorApi api, AccountVisits snapshots)
{
    [Function("OperatorSweeps")]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "operator/v1/sweeps")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new OperatorVerbs(OperatorScope.Sweeps)
        {
            Post = async _ => Reply.Json(new { accounts = await snapshots.SweepAsync(cancellationToken) }),
        }, cancellationToken);
}

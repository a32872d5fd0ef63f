using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ContactRouting.OwnApi;

internal sealed class SubscriptionFunctions(RoutingApi api, SubscriptionResource subscriptions)
{
    private const string Root = "routing/v1/subscriptions";

    [Function("Subscriptions")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root)] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = caller => subscriptions.ListAsync(caller.AccountId, cancellationToken),
            Post = caller => subscriptions.CreateAsync(caller.AccountId, request, cancellationToken),
        }, cancellationToken);

    [Function("Subscription")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/{subscriptionId}")] HttpRequest request,
        string subscriptionId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = caller => subscriptions.GetAsync(caller.AccountId, subscriptionId, cancellationToken),
            Put = caller => subscriptions.ReplaceAsync(caller.AccountId, subscriptionId, request, cancellationToken),
            Delete = caller => subscriptions.DeleteAsync(caller.AccountId, subscriptionId, cancellationToken),
        }, cancellationToken);

    [Function("SubscriptionSecret")]
    public Task<IResult> RotateSecret(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/{subscriptionId}/secret/rotate")] HttpRequest request,
        string subscriptionId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = caller => subscriptions.RotateSecretAsync(caller.AccountId, subscriptionId, request, cancellationToken),
        }, cancellationToken);

    [Function("SubscriptionPing")]
    public Task<IResult> Ping(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/{subscriptionId}/ping")] HttpRequest request,
        string subscriptionId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = caller => subscriptions.PingAsync(caller.AccountId, subscriptionId, request, cancellationToken),
        }, cancellationToken);

    [Function("SubscriptionPause")]
    public Task<IResult> Pause(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/{subscriptionId}/pause")] HttpRequest request,
        string subscriptionId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = caller => subscriptions.SwitchAsync(caller.AccountId, subscriptionId, false, cancellationToken),
        }, cancellationToken);

    [Function("SubscriptionResume")]
    public Task<IResult> Resume(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/{subscriptionId}/resume")] HttpRequest request,
        string subscriptionId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = caller => subscriptions.SwitchAsync(caller.AccountId, subscriptionId, true, cancellationToken),
        }, cancellationToken);

    [Function("SubscriptionDeliveries")]
    public Task<IResult> Deliveries(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/{subscriptionId}/deliveries")] HttpRequest request,
        string subscriptionId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Query = ["limit", "cursor"],
            Get = caller => subscriptions.ListDeliveriesAsync(caller.AccountId, subscriptionId, request, cancellationToken),
        }, cancellationToken);

    [Function("SubscriptionReplay")]
    public Task<IResult> Replay(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/{subscriptionId}/replay")] HttpRequest request,
        string subscriptionId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = caller => subscriptions.ReplayAsync(caller.AccountId, subscriptionId, request, cancellationToken),
        }, cancellationToken);
}

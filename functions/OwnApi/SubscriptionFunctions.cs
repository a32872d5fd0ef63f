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
            Get = accountId => subscriptions.ListAsync(accountId, cancellationToken),
            Post = accountId => subscriptions.CreateAsync(accountId, request, cancellationToken),
        }, cancellationToken);

    [Function("Subscription")]
    public Task<IResult> One(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/{subscriptionId}")] HttpRequest request,
        string subscriptionId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Get = accountId => subscriptions.GetAsync(accountId, subscriptionId, cancellationToken),
            Put = accountId => subscriptions.ReplaceAsync(accountId, subscriptionId, request, cancellationToken),
            Delete = accountId => subscriptions.DeleteAsync(accountId, subscriptionId, cancellationToken),
        }, cancellationToken);

    [Function("SubscriptionSecret")]
    public Task<IResult> RotateSecret(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/{subscriptionId}/secret/rotate")] HttpRequest request,
        string subscriptionId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = accountId => subscriptions.RotateSecretAsync(accountId, subscriptionId, request, cancellationToken),
        }, cancellationToken);

    [Function("SubscriptionPing")]
    public Task<IResult> Ping(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/{subscriptionId}/ping")] HttpRequest request,
        string subscriptionId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = accountId => subscriptions.PingAsync(accountId, subscriptionId, cancellationToken),
        }, cancellationToken);

    [Function("SubscriptionPause")]
    public Task<IResult> Pause(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/{subscriptionId}/pause")] HttpRequest request,
        string subscriptionId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = accountId => subscriptions.SwitchAsync(accountId, subscriptionId, false, cancellationToken),
        }, cancellationToken);

    [Function("SubscriptionResume")]
    public Task<IResult> Resume(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/{subscriptionId}/resume")] HttpRequest request,
        string subscriptionId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = accountId => subscriptions.SwitchAsync(accountId, subscriptionId, true, cancellationToken),
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
            Get = accountId => subscriptions.ListDeliveriesAsync(accountId, subscriptionId, request, cancellationToken),
        }, cancellationToken);

    [Function("SubscriptionReplay")]
    public Task<IResult> Replay(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Root + "/{subscriptionId}/replay")] HttpRequest request,
        string subscriptionId,
        CancellationToken cancellationToken
    ) =>
        api.ServeAsync(request, new()
        {
            Post = accountId => subscriptions.ReplayAsync(accountId, subscriptionId, request, cancellationToken),
        }, cancellationToken);
}

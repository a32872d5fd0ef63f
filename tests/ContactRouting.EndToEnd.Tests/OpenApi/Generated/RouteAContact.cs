using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using ContactRouting.Client;
using ContactRouting.Client.Models;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;

/// <summary>A program that uses the client; a test compiles it together with what was generated.</summary>
public static class RouteAContact
{
    /// <returns>What it saw of the contact on its way.</returns>
    public static async Task<string> RunAsync(HttpClient http, string clientId, string clientSecret, int queueId, int agentId)
    {
        var wish = new TokenRequest
        {
            GrantType = TokenRequest_grant_type.Client_credentials,
            ClientId = clientId,
            ClientSecret = clientSecret,
        };
        var token = await Client(new AnonymousAuthenticationProvider()).Oauth.Token.PostAsync(wish);
        var routing = Client(new BaseBearerTokenAuthenticationProvider(new KnownToken(token!.AccessTokenProp!))).Routing.V1;

        var agent = await routing.Agents[$"{agentId}"].Presence.PutAsync(new PresenceWish { Status = PresenceStatus.Available });
        var arrived = await routing.Contacts.PostAsync(new Arrival { QueueId = queueId, Priority = 7 });
        var contact = routing.Contacts[arrived!.Id!];
        var accepted = await contact.Accept.PostAsync(new ByAgent { AgentId = arrived.Offer!.AgentId });
        var completed = await contact.Complete.PostAsync(new ByAnyAgent { AgentId = agentId });
        try
        {
            await contact.Accept.PostAsync(new ByAgent { AgentId = agentId });
            return "accepted twice";
        }
        catch (Problem problem)
        {
            return $"{agent!.Status} {arrived.State} {accepted!.State} {completed!.State} {problem.Status} {problem.Current!.State}";
        }

        RoutingClient Client(IAuthenticationProvider authentication) =>
            new(new HttpClientRequestAdapter(authentication, httpClient: http) { BaseUrl = http.BaseAddress!.ToString().TrimEnd('/') });
    }

    private sealed class KnownToken(string token) : IAccessTokenProvider
    {
        public AllowedHostsValidator AllowedHostsValidator { get; } = new();

        public Task<string> GetAuthorizationTokenAsync(
            Uri uri,
            Dictionary<string, object>? additionalAuthenticationContext = null,
            CancellationToken cancellationToken = default
        ) => Task.FromResult(token);
    }
}

using System.Text;
using ContactRouting.Accounts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ContactRouting.GroupRouting;

/// <summary>
/// Tokens that Stringee's clients sign themselves, with the secret of their API key. Source: Stringee, "Authentication",
/// and what its clients send.
/// </summary>
internal sealed class StringeeTokens(TokenAuthentication accounts, TimeProvider time)
{
    private const string ContentType = "stringee-api;v=1";
    private const int MaxLength = 4096;

    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(60);

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };

    /// <summary>The account that a token opens the REST API of; null where it opens none.</summary>
    public async Task<int?> FindAsync(string token)
    {
        if (token.Length is 0 or > MaxLength || !handler.CanReadToken(token)) return null;
        JsonWebToken jwt;
        try
        {
            jwt = handler.ReadJsonWebToken(token);
        }
        catch (Exception error) when (error is ArgumentException or SecurityTokenException)
        {
            return null;
        }
        if (jwt.Cty != ContentType || jwt.Alg != SecurityAlgorithms.HmacSha256 || !IsForRest(jwt) || string.IsNullOrEmpty(jwt.Issuer))
            return null;

        if (await accounts.FindApiKeyAsync(jwt.Issuer, fresh: false) is not var (accountId, secret)) return null;
        var result = await ValidateAsync(jwt, secret);

        // A secret that was rotated since it was read is worth a second look.
        if (
            result.Exception is SecurityTokenInvalidSignatureException
            && await accounts.FindApiKeyAsync(jwt.Issuer, fresh: true) is var (_, newest)
            && newest != secret
        )
            result = await ValidateAsync(jwt, newest);
        return result.IsValid ? accountId : null;
    }

    private Task<TokenValidationResult> ValidateAsync(JsonWebToken jwt, string secret) =>
        handler.ValidateTokenAsync(jwt, new TokenValidationParameters
        {
            ValidIssuer = jwt.Issuer,
            ValidateAudience = false,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)),
            RequireExpirationTime = true,
            LifetimeValidator = (notBefore, expires, _, _) => IsNow(notBefore, expires),
        });

    private bool IsNow(DateTime? notBefore, DateTime? expires)
    {
        var now = time.GetUtcNow().UtcDateTime;

        // The tolerance goes to our clock: a token's own times may be the last and the first there are.
        return expires > now - ClockTolerance && (notBefore is null || notBefore <= now + ClockTolerance);
    }

    /// <summary>A token for another API has <c>userId</c> or <c>icc_api</c> instead; beside this claim they are ignored.</summary>
    private static bool IsForRest(JsonWebToken jwt) =>
        jwt.TryGetPayloadValue<object>("rest_api", out var value) && value is true or 1 or 1L;
}

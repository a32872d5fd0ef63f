using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ContactRouting.Keys;

/// <summary>
/// Access tokens and session cookies as JWTs, signed with keys derived from the configured ones: a forged one costs no
/// storage read, and every instance accepts every other's.
/// </summary>
internal sealed class SignedTokens
{
    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };
    private readonly SymmetricSecurityKey[] keys;
    private readonly TimeProvider time;

    public SignedTokens(KeyRing keyRing, TimeProvider time)
    {
        this.time = time;
        keys = [.. keyRing.Derive("tokens").Select(key => new SymmetricSecurityKey(key.Key) { KeyId = key.Name })];
    }

    /// <param name="audience">What the token opens; a token for one does not open another.</param>
    /// <param name="subject">Whose it is.</param>
    /// <param name="id">The session, or the generation of the credentials it was issued for.</param>
    public string Issue(string audience, string subject, string id, TimeSpan life) => handler.CreateToken(new SecurityTokenDescriptor
    {
        Audience = audience,
        Claims = new Dictionary<string, object> { [JwtRegisteredClaimNames.Sub] = subject, [JwtRegisteredClaimNames.Jti] = id },
        Expires = (time.GetUtcNow() + life).UtcDateTime,
        SigningCredentials = new SigningCredentials(keys[0], SecurityAlgorithms.HmacSha256),
    });

    /// <summary>Subject and id of a token that is ours, for this audience and not expired; else null.</summary>
    public async Task<(string Subject, string Id)?> ReadAsync(string token, string audience)
    {
        var result = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAudience = audience,
            ValidateIssuer = false,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKeys = keys,
            LifetimeValidator = (_, expires, _, _) => expires > time.GetUtcNow().UtcDateTime,
        });
        return result.IsValid && result.SecurityToken is JsonWebToken jwt ? (jwt.Subject, jwt.Id) : null;
    }
}

namespace ContactRouting.Http;

/// <summary>Told of each request of an account once its answer is made; it must not hold the answer up.</summary>
internal interface IAfterAnswer
{
    void Answered(int accountId);
}

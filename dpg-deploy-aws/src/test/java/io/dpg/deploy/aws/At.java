package io.dpg.deploy.aws;

import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;

/** A clock that stands still, for code that only asks what time it is. */
record At(Instant now) implements Time {

    @Override
    public long nanos() {
        return 0;
    }

    @Override
    public void sleep(Duration duration) {
        throw new UnsupportedOperationException("nothing here waits");
    }

    @Override
    public void wake(Thread thread) {
        throw new UnsupportedOperationException("nothing here waits");
    }

    @Override
    public <T> T call(Callable<T> call, Duration limit, Duration every, Runnable tick) throws Exception {
        return call.call();
    }
}

package io.dpg.deploy.aws;

import java.util.concurrent.locks.ReentrantLock;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Lets one call at a time to an emulator whose calls are not atomic, while their order stays anybody's. */
final class OneAtATime implements ExecutionInterceptor {

    private final ReentrantLock lock = new ReentrantLock(true);

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        lock.lock();
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        lock.unlock();
    }

    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        if (lock.isHeldByCurrentThread()) {
            lock.unlock();
        }
    }
}
